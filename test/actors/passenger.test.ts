import t from 'tap';

import { passengerActor } from '../../src/actors/passenger/index.js';
import { codeOf } from '../support/shop.js';
import { Stage } from '../support/stage.js';

const id = 'passenger:p_1';

t.test('a passenger, or the server when he signs up, sets his name', async (t) => {
  const stage = new Stage([passengerActor()]);
  const set = (displayName: string, caller: string) =>
    stage.ask(id, 'setProfile', { displayName }, caller).then(codeOf);
  t.equal(await set('Lin', 'system:signUp'), 'ok');
  t.equal(await set('Lin Hua', id), 'ok');
  for (const caller of ['passenger:p_2', 'driver:dr_1', 'platform:ops']) {
    t.equal(await set('X', caller), 'not_yours', caller);
  }
  t.equal(await set('', id), 'bad_input');
  t.equal(await set('x'.repeat(41), id), 'bad_input');
  t.same(stage.read(id, 'profile', {}, id), { passenger: 'p_1', displayName: 'Lin Hua' });
});

t.test('no driver and no other passenger sees who he is', async (t) => {
  const stage = new Stage([passengerActor()]);
  for (const caller of ['driver:dr_1', 'passenger:p_2', 'device:d_1', 'station:st_1']) {
    t.match(stage.read(id, 'profile', {}, caller), { refused: { code: 'not_yours' } }, caller);
  }
  t.match(stage.read(id, 'profile', {}, 'platform:ops'), { passenger: 'p_1' });
});
