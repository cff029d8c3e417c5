/** Devices: registered by the platform, claimed by a driver, arranged by him. What is seen of them: device-seen.ts. */
import { Type } from '@sinclair/typebox';

import type { DeviceCommands, DeviceReads } from '../../actors/device/commands.js';
import { keyOf } from '../../actors/runtime/ids.js';
import { digest } from '../../actors/shared/secret.js';
import type { Json } from '../../store/ports.js';
import { mapTold } from '../answer.js';
import type { Tools } from '../tools.js';
import { actor, command, type Call, type Told } from './declare.js';
import {
  atMost,
  Code,
  Count,
  Currency,
  DeviceId,
  DriverId,
  fields,
  Price,
  ProductId,
  Slot,
  Time,
  Title,
  Units,
} from './fields.js';
import { without } from './without.js';

const device = actor<DeviceCommands, DeviceReads>('device');
const self = (_input: unknown, call: Call) => keyOf(call.subject);
const ofDevice = (input: { readonly device: string }) => input.device;
const Fault = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,32}$', rule: '1 to 32 letters, digits or _ . -' });
/** Characters of the code that a device shows. */
const CODE_LENGTH = 8;

export const deviceRequests = {
  'device.register': command({
    summary: 'Registers a device. The key is told here and never again; the device connects with it.',
    access: ['platform'],
    input: fields({
      id: Type.Optional(DeviceId),
      name: Title,
      currency: Type.Optional(Currency),
      feeBasisPoints: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    }),
    output: fields({ device: DeviceId, key: Code }),
    errors: ['device_registered', 'unknown_currency'],
    target: 'device register',
    run: ({ id, ...about }, call, tools) =>
      giveKey(id ?? tools.derive.id('d', call.subject, call.id), 'register', about, call, tools),
  }),

  'device.renewKey': command({
    summary: 'Gives the device another key. The old one is worth nothing, and whoever is connected with it is closed.',
    access: ['platform'],
    input: fields({ device: DeviceId }),
    output: fields({ device: DeviceId, key: Code }),
    errors: ['unknown_device', 'device_retired'],
    target: 'device renewKey',
    run: (input, call, tools) => giveKey(input.device, 'renewKey', {}, call, tools),
  }),

  'device.showCode': command({
    summary: 'The one-time code for the device to show, as text or QR; a driver claims the device with it.',
    access: ['device'],
    input: fields({}),
    output: fields({ code: Code, expiresAt: Time }),
    errors: ['device_retired'],
    target: 'device showCode',
    async run(_input, call, { engine, derive }) {
      const key = keyOf(call.subject);
      const code = derive.code(CODE_LENGTH, 'device code', key, call.id);
      const input = { codeHash: digest(key, code) };
      const answer = await engine.ask({
        to: `device:${key}`,
        type: 'showCode',
        input,
        caller: call.subject,
        id: call.id,
      });
      return mapTold(answer, (reply) => ({ code, ...(reply as { expiresAt: number }) }));
    },
  }),

  'device.claim': device.command({
    summary: 'Makes the device the driver’s own, and cuts off its former owner.',
    access: ['driver'],
    input: fields({ device: DeviceId, code: Code }),
    output: fields({ device: DeviceId, name: Title }),
    errors: ['unknown_device', 'wrong_code', 'device_retired', 'too_many_requests'],
    limit: { perMinute: 10, burst: 20 },
    type: 'claim',
    key: ofDevice,
    async message({ code }, call, { people }) {
      const driverName = await people.driverName(keyOf(call.subject));
      return typeof driverName === 'string' ? { code, driverName } : driverName;
    },
  }),

  'device.transfer': device.command({
    summary: 'Gives the device to another driver, without a code.',
    access: ['platform'],
    input: fields({ device: DeviceId, driver: DriverId }),
    output: fields({ device: DeviceId }),
    errors: ['unknown_device', 'device_retired'],
    type: 'transfer',
    key: ofDevice,
    async message({ driver }, _call, { people }) {
      const driverName = await people.driverName(driver);
      return typeof driverName === 'string' ? { driver, driverName } : driverName;
    },
  }),

  'device.release': device.command({
    summary: 'The device belongs to nobody from now on, and does not sell.',
    access: ['driver', 'platform'],
    input: fields({ device: DeviceId }),
    output: fields({ device: DeviceId }),
    errors: ['unknown_device', 'not_yours'],
    type: 'release',
    key: ofDevice,
    message: () => ({}),
  }),

  'device.retire': device.command({
    summary: 'Takes the device out of service for good; open sales are still brought to their end.',
    access: ['platform'],
    input: fields({ device: DeviceId }),
    output: fields({ device: DeviceId }),
    errors: ['unknown_device'],
    type: 'retire',
    key: ofDevice,
    message: () => ({}),
  }),

  'device.planogram': device.command({
    summary: 'Sets all slots of an own device: product, capacity, price. A slot that is left out is removed.',
    access: ['driver'],
    input: fields({
      device: DeviceId,
      slots: atMost(99, fields({ slot: Slot, product: ProductId, capacity: Units, price: Price })),
    }),
    output: fields({ slots: Count }),
    errors: ['unknown_device', 'not_yours', 'unknown_product', 'slot_in_use'],
    type: 'setPlanogram',
    key: ofDevice,
    async message({ slots }, _call, { catalogue }) {
      const named = await catalogue.named(slots);
      return 'unstored' in named ? named : { slots: named.lines };
    },
  }),

  'device.takeOut': device.command({
    summary: 'Units that the owner took out of a slot for good: spoilt, stolen. They leave the books as lost.',
    access: ['driver'],
    input: fields({ device: DeviceId, slot: Slot, units: Units, reason: Title }),
    output: fields({ slot: Slot, left: Count }),
    errors: ['unknown_device', 'not_yours', 'unknown_slot', 'slot_in_use'],
    type: 'takeOut',
    key: ofDevice,
    message: (input) => without(input, 'device'),
  }),

  'device.reportFault': device.command({
    summary: 'Something at the device is broken; with a slot that slot alone does not sell, without one nothing does.',
    access: ['device'],
    input: fields({ fault: Fault, slot: Type.Optional(Slot), detail: Type.Optional(Type.String({ maxLength: 200 })) }),
    output: fields({ faults: Count }),
    errors: ['too_many_faults'],
    type: 'reportFault',
    key: self,
    message: (input) => input,
  }),

  'device.clearFault': device.command({
    summary: 'It works again.',
    access: ['device'],
    input: fields({ fault: Fault, slot: Type.Optional(Slot) }),
    output: fields({ faults: Count }),
    errors: [],
    type: 'clearFault',
    key: self,
    message: (input) => input,
  }),
};

/**
 * Asks for a command that gives a device its key, which the answer tells and nobody again; a retry meets the same one
 * (R4).
 */
async function giveKey(
  device: string,
  type: 'register' | 'renewKey',
  about: Readonly<Record<string, Json>>,
  { subject, id }: Call,
  { engine, derive }: Tools,
): Promise<Told> {
  const key = derive.secretFor('device key', device, subject, id);
  const input = { ...about, keyHash: digest(device, key) };
  const answer = await engine.ask({ to: `device:${device}`, type, input, caller: subject, id });
  return mapTold(answer, () => ({ device, key }));
}
