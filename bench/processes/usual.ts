/** The usual way, served: its HTTP server in a process of its own. PostgreSQL and Redis have theirs. */
import { serveTasks } from '../kit/child.js';
import { serveUsual } from '../peers/usual/server.js';

const tasks = { listen: serveUsual };

export type UsualTasks = typeof tasks;

serveTasks(tasks);
