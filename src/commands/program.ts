/** The command line: what there is, with every option and every setting. */
import { Command } from 'commander';
import { settingLines } from '../config.js';
import { addBackup } from './backup.js';
import { addDemo } from './demo.js';
import { addImport } from './import.js';
import { addMigrate } from './migrate.js';
import { addReplay } from './replay.js';
import { addRestore } from './restore.js';
import { addSandbox } from './sandbox.js';
import { addServe } from './serve.js';
import { addVerify } from './verify.js';

/** The program with all its commands. */
export function createProgram(version: string): Command {
  const program = new Command('backseat')
    .description('The realtime backend for shops that ride in cars.')
    .version(version)
    .showHelpAfterError('(backseat --help lists all commands, options and settings)');
  const commands = [addServe, addDemo, addReplay, addVerify, addBackup, addRestore, addImport, addMigrate, addSandbox];
  for (const add of commands) add(program);
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
