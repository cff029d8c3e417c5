/** What stands on the wall, read from the page: every figure by its place. */
import type { Page } from 'playwright-core';

/** The exact value of each `<data>`, e.g. `car-sales`, `2026-11-21/devices`, `drivers/dr_1/amount`. */
export type Figures = Readonly<Record<string, number>>;

const READ = `(() => {
  const figures = {};
  for (const data of document.querySelectorAll('main data')) {
    if (data.closest('.ticker')) continue;
    const list = data.closest('[data-list]')?.dataset.list;
    const row = data.closest('[data-id]')?.dataset.id;
    const day = data.closest('[data-day]')?.dataset.day;
    const name = data.dataset.figure ?? data.className;
    figures[[list, row, day, name].filter((part) => part).join('/')] = Number(data.getAttribute('value'));
  }
  return figures;
})()`;

export async function figures(page: Page): Promise<Figures> {
  return page.evaluate<Figures>(READ);
}

/** By how much each figure differs; those that do not are left out. */
export function difference(before: Figures, after: Figures): Figures {
  const places = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...places].map((place) => [place, (after[place] ?? 0) - (before[place] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, by]) => by !== 0));
}

/** Waits until a figure stands at a value. */
export async function stands(page: Page, figure: string, value: number): Promise<void> {
  await page.locator(`[data-figure="${figure}"][value="${value}"]`).first().waitFor({ state: 'attached' });
}

/** Waits until the line is in a state. */
export async function lineIs(page: Page, state: string): Promise<void> {
  await page.locator(`main[data-line="${state}"]`).waitFor();
}

/** Text that does not fit where it stands, or stands outside the stage. */
export async function overflow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const stage = document.querySelector('main').getBoundingClientRect();
    const bad = [];
    for (const element of document.querySelectorAll('main *')) {
      if (element.closest('.ticker ol, .spoken, .plane') || element.children.length > 0) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || !element.textContent.trim()) continue;
      const text = element.textContent.trim();
      const isNamed = getComputedStyle(element).textOverflow === 'ellipsis';
      if (!isNamed && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) bad.push('clipped: ' + text);
      if (box.left < stage.left || box.right > stage.right || box.bottom > stage.bottom) bad.push('outside: ' + text);
    }
    return bad;
  })()`);
}
