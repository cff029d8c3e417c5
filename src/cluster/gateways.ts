/** The gateways of the other nodes, over the carrier: the cluster's form of the gateway's port {@link Others}. */
import type { Others } from '../gateway/others.js';
import type { Json } from '../store/ports.js';
import type { Carrier } from './carrier.js';
import type { View } from './view.js';

type Hear = (news: Json, from: string) => void;

export class Gateways implements Others {
  private readonly hearers = new Map<string, Hear[]>();
  private readonly watchers: ((came: readonly string[], gone: readonly string[]) => void)[] = [];
  private readonly backs: (() => void)[] = [];

  constructor(
    readonly self: string,
    private readonly view: () => View,
    private readonly carrier: () => Pick<Carrier, 'tellAll'>,
  ) {}

  nodes(): readonly string[] {
    return this.view().nodes;
  }

  tell(name: string, news: Json): void {
    this.carrier().tellAll(name, news);
  }

  hear(name: string, listener: Hear): void {
    const known = this.hearers.get(name);
    if (known) known.push(listener);
    else this.hearers.set(name, [listener]);
  }

  onChange(listener: (came: readonly string[], gone: readonly string[]) => void): void {
    this.watchers.push(listener);
  }

  onBack(listener: () => void): void {
    this.backs.push(listener);
  }

  /** News of another node. */
  heardNews(name: string, news: Json, from: string): void {
    for (const listener of this.hearers.get(name) ?? []) listener(news, from);
  }

  viewChanged({ nodes }: View, before: View): void {
    const came = nodes.filter((node) => node !== this.self && !before.nodes.includes(node));
    const gone = before.nodes.filter((node) => node !== this.self && !nodes.includes(node));
    for (const watcher of this.watchers) watcher(came, gone);
  }

  mayHaveLost(): void {
    for (const listener of this.backs) listener();
  }
}
