import { distance } from 'geokdbush';
import t from 'tap';
import { Car } from '../../src/jobs/demo/cars.js';
import { Dice } from '../../src/jobs/demo/city/dice.js';
import { makeCity } from '../../src/jobs/demo/city/index.js';

const { streets } = makeCity(7, { stations: 1, cars: 1 });

t.test('a car drives on for ever, never faster than 150 km/h at twice the speed of traffic', (t) => {
  const car = new Car(streets, new Dice(1), 0);
  let before = car.fix();
  let driven = 0;
  for (let second = 0; second < 3_600; second++) {
    car.drive(2);
    const now = car.fix();
    const metres = distance(before.lon, before.lat, now.lon, now.lat) * 1_000;
    if (metres * 3.6 > 150) t.fail(`${metres * 3.6} km/h`);
    if (!(now.bearing >= 0 && now.bearing < 360)) t.fail(`bearing ${now.bearing}`);
    driven += metres;
    before = now;
  }
  t.ok(driven > 30_000, `${driven} m in an hour`);
  t.end();
});

t.test('a car drives its errands one after the other, and says when it is there', async (t) => {
  const car = new Car(streets, new Dice(2), 0);
  const arrived: number[] = [];
  const errands = [200, 50, 50].map((crossing, i) => car.driveTo(crossing).then(() => arrived.push(i)));
  const at = (crossing: number) => {
    const { lon, lat } = car.fix();
    const goal = streets.crossings[crossing]!;
    return distance(lon, lat, goal.lon, goal.lat) * 1_000;
  };
  const driveUntil = async (count: number) => {
    for (let second = 0; second < 7_200 && arrived.length < count; second++) {
      car.drive(1);
      await Promise.resolve();
    }
  };
  await driveUntil(1);
  t.same(arrived, [0]);
  t.ok(at(200) < 40, `${at(200)} m`);
  await driveUntil(3);
  t.same(arrived, [0, 1, 2]);
  t.ok(at(50) < 40, `${at(50)} m`);
  await Promise.all(errands);
});

t.test('the same seed drives the same way', (t) => {
  const [one, other] = [3, 3].map((seed) => new Car(streets, new Dice(seed), 5));
  for (let second = 0; second < 300; second++) {
    one!.drive(1);
    other!.drive(1);
  }
  t.same(one!.fix(), other!.fix());
  t.end();
});
