/** Runs the service as a process of its own: the arguments are those of `sampan serve`. */
import process from 'node:process';
import { serve } from './index.ts';

const { argv, env, stderr, stdout } = process;
process.exitCode = await serve(argv.slice(2), { stdout, stderr, env, cwd: process.cwd() });
