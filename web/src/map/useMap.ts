/**
 * The map's life: one chart, and what is drawn on it when. Cars once a second, streets and density
 * once a minute, orders for three seconds, stations with a snapshot, the frame with a business day.
 */
import { onMounted, onScopeDispose, watch, type ShallowRef } from 'vue';
import type { Order } from '../line/protocol.js';
import { useScreen } from '../screen.js';
import { chart } from '../stage/echarts.js';
import { keep, recall } from '../stage/keep.js';
import { paced } from '../stage/pace.js';
import { unit } from '../stage/theme.js';
import { useSize } from '../stage/useSize.js';
import { frameOf, project, type Frame, type Place, type Point } from './geo.js';
import { Hexagons } from './hexagons.js';
import * as draw from './option.js';
import { isKeptStreets, Streets } from './streets.js';

const LABELS = 12;
const RINGS = 8;
const RING_LASTS = 3_000;
const RING_PACE = 250;
/** Seconds from one drawing of the streets to the next; sooner only while they still double between. */
const [OFTEN, SELDOM] = [10, 60];

export function useMap(element: Readonly<ShallowRef<HTMLElement | null>>): void {
  const screen = useScreen();
  let map: ReturnType<typeof chart> | undefined;
  let frame: Frame | undefined;
  let framed = '';
  let streets: Streets | undefined;
  const hexagons = new Hexagons();
  let rings: { point: Point; restock: boolean; until: number }[] = [];
  let drawnVersion = -1;
  let drawnEdges = 0;
  let seconds = 0;

  const centre = (): Place => screen.board.value?.city ?? { lon: 0, lat: 0 };
  const at = (place: Place): Point => project(place, centre());

  /** The plane anew: a new day, a new size. What stands on it is drawn again, without motion. */
  function lay(): void {
    const board = screen.board.value;
    if (!map || !board) return;
    const places = [...board.stations, ...screen.cars.values()];
    const name = `${board.city.name}/${board.day}/${places.length > 0}`;
    if (name !== framed) {
      framed = name;
      frame = frameOf(places.map(at), map.getWidth() / map.getHeight());
      hexagons.clear();
      for (const order of board.recent) count(order);
    }
    if (!frame) return;
    map.setOption(draw.plane(frame, unit()));
    drawStations();
    drawGround();
    drawCars(false);
  }

  function drawStations(): void {
    const board = screen.board.value;
    if (!map || !board) return;
    const placed = board.stations.map((it) => ({ it, point: at(it) }));
    const readable = new Set(placed.filter(({ point }) => isInside(point)).map(({ it }) => it.id));
    const best = [...board.shown.top.stations, ...board.stations].map(({ id }) => id);
    const named = new Set(best.filter((id) => readable.has(id)).slice(0, LABELS));
    map.setOption(draw.stations(placed, named));
  }

  /** Whether a name that begins here ends before the map fades. */
  function isInside([x, y]: Point): boolean {
    return frame !== undefined && x > -0.94 * frame.x && x < 0.82 * frame.x && Math.abs(y) < 0.86 * frame.y;
  }

  function drawGround(): void {
    if (!map || !streets || document.hidden) return;
    streets.tend(screen.now.value);
    drawnEdges = streets.size;
    map.setOption(draw.streets([...streets.drawn()]));
    map.setOption(draw.density(screen.cars.size > draw.FEW ? hexagons.drawn() : []));
  }

  function drawCars(glide: boolean): void {
    if (!map || document.hidden) return;
    drawnVersion = screen.cars.version;
    const names = new Map(screen.board.value?.shown.top.devices.map(({ id, name }) => [id, name]));
    map.setOption(
      draw.cars(
        [...screen.cars.values()].map((it) => ({ it, point: at(it) })),
        { px: unit(), glide, current: screen.isCurrent, nameOf: (id) => names.get(id) ?? id },
      ),
    );
  }

  const showRings = paced(RING_PACE, () => {
    map?.setOption(draw.orders(rings));
  });

  function count({ lon, lat }: Order): Point | undefined {
    if (lon === undefined || lat === undefined) return undefined;
    const point = at({ lon, lat });
    hexagons.count(point);
    return point;
  }

  function ring(orders: readonly Order[]): void {
    const until = performance.now() + RING_LASTS;
    for (const order of orders) {
      const point = count(order);
      if (point && !document.hidden) rings.push({ point, restock: order.kind === 'restock', until });
    }
    rings = rings.slice(-RINGS);
    showRings();
  }

  function second(): void {
    if (document.hidden) return;
    seconds++;
    if (drawnVersion !== screen.cars.version) drawCars(true);
    const standing = rings.filter(({ until }) => until > performance.now() && screen.isCurrent);
    if (standing.length < rings.length) {
      rings = standing;
      showRings();
    }
    if (!streets) return;
    const hasDoubled = seconds % OFTEN === 0 && streets.size > 2 * drawnEdges;
    if (hasDoubled || seconds % SELDOM === 0) drawGround();
    if (seconds % SELDOM === 0) void keep('streets', streets.kept());
  }

  async function learn(): Promise<void> {
    const city = screen.board.value?.city.name;
    if (streets || city === undefined) return;
    const kept = await recall('streets');
    streets ??= new Streets(city, screen.now.value, isKeptStreets(kept) ? kept : undefined);
    drawGround();
  }

  const stops = [
    screen.orders.on(ring),
    screen.renewed.on(() => {
      lay();
      void learn();
    }),
    screen.moved.on((cars) => {
      for (const car of cars) if (car.online) streets?.drive(car.id, at(car), car.at);
    }),
    watch(
      () => screen.isCurrent,
      () => {
        drawCars(false);
        if (!screen.isCurrent) second();
      },
    ),
  ];
  const timer = setInterval(second, 1_000);
  useSize(element, () => {
    map?.resize({ animation: { duration: 0 } });
    lay();
  });
  onMounted(() => {
    if (!element.value) return;
    map = chart(element.value);
    lay();
  });
  onScopeDispose(() => {
    clearInterval(timer);
    showRings.stop();
    for (const stop of stops) stop();
    map?.dispose();
  });
}
