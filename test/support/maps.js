/** Loaded after tap (test/run.js): errors of the tests and of what they use are told by the lines of their sources. */
import process from 'node:process';

process.setSourceMapsEnabled(true);
