/** A stranger in a process of his own, who lets every other process go first. */
import { serveTasks } from '../kit/child.js';
import { attacks, type Outcome, type Target } from '../load/attacks.js';

let going = false;
let over: Promise<void> = Promise.resolve();
let tally = { tried: 0, refused: 0, ended: 0 };

const tasks = {
  begin: ({ name, ...target }: Target & { readonly name: string }): void => {
    const attack = attacks[name];
    if (!attack) throw new Error(`no attack ${name}`);
    going = true;
    tally = { tried: 0, refused: 0, ended: 0 };
    over = attack(target, tally, () => going);
  },
  end: async (): Promise<Outcome> => {
    // Before his own end closes what is left.
    const outcome = { ...tally };
    going = false;
    await over;
    return outcome;
  },
};

export type AttackerTasks = typeof tasks;

serveTasks(tasks);
