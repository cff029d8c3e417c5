/**
 * What a node complains of at `/health` and in its log, in words. Each takes the parts that differ; a test holds the
 * table of docs/deploy.md to them.
 */
export const complaints = {
  ownWork: (time: string) => `the node stood still for ${time}, by work of its own`,
  others: (time: string, worked: string) =>
    `the node stood still for ${time}, by others: it had ${worked} of processor time`,
  setBack: (time: string) => `the clock of this machine was set back by ${time}`,
  setForward: (time: string) => `the clock of this machine was set forward by ${time}`,
  behind: (time: string) => `the clock of this machine is behind: entries are up to ${time} ahead of it`,
  full: (most: string) => `new connections are turned away: about ${most} fit into the files that the process may open`,
  parked: (count: string) => `${count} actors are parked: they cannot read their past, and the log says of each why`,
  damagedView: (name: string) => `the view ${name} is damaged: rebuild it (view.rebuild)`,
};
