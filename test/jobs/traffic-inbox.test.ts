import t from 'tap';
import { Inbox, NothingCame } from '../../src/jobs/traffic/inbox.js';

const MINUTE = 60_000;

// Those who wait keep no process alive; this test has nothing else that does.
const alive = setInterval(() => undefined, MINUTE);
t.teardown(() => {
  clearInterval(alive);
});

t.test('a note that came before somebody waits is kept for him, and handed out once', async (t) => {
  const inbox = new Inbox();
  inbox.put('s_1', { name: 'paid', data: 1 });
  inbox.put('s_1', { name: 'settled', data: 2 });
  t.equal((await inbox.wait('s_1', ['settled'], MINUTE)).data, 2);
  t.equal((await inbox.wait('s_1', ['paid', 'settled'], MINUTE)).data, 1);
  await t.rejects(inbox.wait('s_1', ['paid'], 1), NothingCame);
});

t.test('who waits hears the first note that he waits for, of his own sale', async (t) => {
  const inbox = new Inbox();
  const waits = inbox.wait('s_1', ['paid', 'unpaid'], MINUTE);
  inbox.put('s_2', { name: 'paid', data: 'another sale' });
  inbox.put('s_1', { name: 'placed', data: 'another name' });
  inbox.put('s_1', { name: 'unpaid', data: 'this' });
  t.equal((await waits).data, 'this');
});

t.test('who waits in vain is told so', async (t) => {
  await t.rejects(new Inbox().wait('s_1', ['paid'], 1), /no paid of s_1 within 1 ms/);
});

t.test('what is forgotten does not come any more', async (t) => {
  const inbox = new Inbox();
  inbox.put('s_1', { name: 'paid', data: 1 });
  inbox.forget('s_1');
  await t.rejects(inbox.wait('s_1', ['paid'], 1), NothingCame);
});
