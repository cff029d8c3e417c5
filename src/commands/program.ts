/** The command line: what there is, with every option and every setting. */
import { Command } from 'commander';
import { settingLines } from '../config.js';

/** Where each command is: it brings in all that it works with, so only what is asked for is loaded. */
const commands = {
  serve: async () => (await import('./serve.js')).addServe,
  demo: async () => (await import('./demo.js')).addDemo,
  replay: async () => (await import('./replay.js')).addReplay,
  verify: async () => (await import('./verify.js')).addVerify,
  backup: async () => (await import('./backup.js')).addBackup,
  restore: async () => (await import('./restore.js')).addRestore,
  archive: async () => (await import('./archive.js')).addArchive,
  import: async () => (await import('./import.js')).addImport,
  migrate: async () => (await import('./migrate.js')).addMigrate,
  sandbox: async () => (await import('./sandbox.js')).addSandbox,
};

/**
 * The program with all its commands, for its help.
 * @param asked the command that will be run: the program then has that one alone, if it knows it
 */
export async function createProgram(version: string, asked?: string): Promise<Command> {
  const program = new Command('backseat')
    .description('The realtime backend for shops that ride in cars.')
    .version(version)
    .showHelpAfterError('(backseat --help lists all commands, options and settings)');
  for (const [name, load] of Object.entries(commands)) {
    if (name !== asked && asked !== undefined && Object.hasOwn(commands, asked)) continue;
    const add = await load();
    add(program);
  }
  program.addHelpText('after', () => `\n${[...optionLines(program), '', ...settingHelp()].join('\n')}`);
  return program;
}

/** The options of every command. */
function optionLines(program: Command): readonly string[] {
  const help = program.createHelp();
  return program.commands.flatMap((command) => [
    `Options of ${command.name()}:`,
    ...help
      .visibleOptions(command)
      .map((option) => `  ${help.optionTerm(option).padEnd(26)} ${help.optionDescription(option)}`),
  ]);
}

function settingHelp(): readonly string[] {
  return [
    'Settings, from the environment (default in brackets):',
    ...settingLines().map(
      ({ env, fallback, about }) => `  ${env.padEnd(30)} ${about}${fallback === '' ? '' : ` [${fallback}]`}`,
    ),
  ];
}
