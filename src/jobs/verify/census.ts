/** Who is online, counted anew. */
export class Census {
  private readonly present = new Map<string, boolean>();
  online = 0;

  set(device: string, online: boolean): void {
    this.online += Number(online) - Number(this.present.get(device) ?? false);
    this.present.set(device, online);
  }

  get total(): number {
    return this.present.size;
  }
}
