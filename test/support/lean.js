/**
 * Loaded before tap (test/run.js): what a test file would pay for and not use.
 *
 * Source maps are wanted of the tests (maps.js). Node itself would read those of every module of tap too, a fifth of
 * the time in which a file of the gateway's tests starts.
 *
 * tap follows every promise by an async hook, to tell to which test an error belongs that nobody caught. That costs
 * code which lives on promises a fifth of its time. Without the hook such an error still fails its file, and is told
 * with its stack; the tests that come after it in the file do not run.
 */
import hooks from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

process.setSourceMapsEnabled(false);

const idle = { enable: () => idle, disable: () => idle };
hooks.createHook = () => idle;
syncBuiltinESMExports();
