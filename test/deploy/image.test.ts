/**
 * The image's contents, without Docker: a folder with what the Dockerfile copies, and with the packages that are no
 * development dependencies, is enough to serve. uWebSockets.js lies there as its maker ships it (with the npm mirror's
 * binary, where there is one for this Node).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import t from 'tap';

import { root } from '../support/pages.js';
import { textOf } from './files.js';

const dockerfile = textOf('Dockerfile');
const UWS = 'node_modules/uWebSockets.js';
const binary = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
const mirrored = join(root, UWS, 'binaries', binary);

/** Packages of the lock file at the top, those for development left out. */
function runtimePackages(): readonly string[] {
  const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
  return Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

/** As the maker's release: everything at the top, and one entry for `import`, another for `require`. */
function makersPackage(folder: string): void {
  mkdirSync(folder);
  const exports = { import: './ESM_wrapper.mjs', require: './uws.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'uWebSockets.js', main: 'uws.js', exports }));
  writeFileSync(join(folder, 'uws.js'), `module.exports = require('./${binary}');`);
  writeFileSync(join(folder, 'ESM_wrapper.mjs'), "import uws from './uws.js';\nexport default uws;\n");
  copyFileSync(mirrored, join(folder, binary));
}

t.test('what the image holds is enough to serve, on the transport that it sets', async (t) => {
  const app = join(t.testdir({ app: {}, data: {} }), 'app');
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
  cpSync(join(root, 'dist'), join(app, 'dist'), { recursive: true });
  for (const path of runtimePackages()) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    if (path !== UWS) symlinkSync(join(root, path), join(app, path));
  }
  const native = existsSync(mirrored);
  if (native) makersPackage(join(app, UWS));
  const child = spawn(process.execPath, ['dist/main.js', 'serve'], {
    cwd: app,
    env: {
      PATH: process.env['PATH'],
      BACKSEAT_DATA: join(app, '../data'),
      BACKSEAT_TRANSPORT: native ? 'uws' : 'node',
      BACKSEAT_HOST: '127.0.0.1',
      BACKSEAT_PORT: '0',
    },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const said: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const url = /^backseat serves (\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => {
      reject(new Error(said.join('\n')));
    });
  });
  t.equal((await fetch(`${await ready}ready`)).status, 200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  t.same(await ended, [0, null], 'told to stop, it ends in order');
  t.same(readdirSync(app).sort(), ['dist', 'node_modules', 'package.json'], 'it writes nothing beside its data');
});

t.test('what the Dockerfile copies from the context is let into it, and is there', async (t) => {
  const ignored = textOf('.dockerignore');
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));
  t.ok(copies.includes('src'));
  for (const path of copies) {
    t.ok(existsSync(join(root, path)), path);
    t.ok(ignored.split('\n').includes(`!${path}`), `${path} is let in`);
  }
});

t.test('the image runs unprivileged, under an init, and its native module is pinned by digest', async (t) => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'));
  t.match(last, /^USER node$/m);
  t.match(last, /^ENTRYPOINT \["tini", "--", "node", "dist\/main\.js"\]$/m);
  t.match(last, /^HEALTHCHECK /m);
  t.match(
    dockerfile,
    /^ADD --checksum=sha256:[0-9a-f]{64} \\\n {2}https:\/\/\S+\/uWebSockets\.js\/\S+\/v\d+\.\d+\.\d+ /m,
  );
});
