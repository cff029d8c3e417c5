/**
 * Names of a made-up city: its stations and its drivers.
 */
import type { Dice } from './dice.js';

/** The city itself. The place is nowhere in particular. */
export const cityName = { name: '澜江', nameEn: 'Lanjiang', lon: 118.2, lat: 29.6 } as const;

const streetNames = [
  ['望潮', 'Wangchao'],
  ['听涛', 'Tingtao'],
  ['青桐', 'Qingtong'],
  ['云帆', 'Yunfan'],
  ['白鹭', 'Bailu'],
  ['松月', 'Songyue'],
  ['锦帆', 'Jinfan'],
  ['揽星', 'Lanxing'],
  ['枫桥', 'Fengqiao'],
  ['槐荫', 'Huaiyin'],
  ['晓风', 'Xiaofeng'],
  ['沁园', 'Qinyuan'],
  ['远山', 'Yuanshan'],
  ['碧波', 'Bibo'],
  ['金穗', 'Jinsui'],
  ['石鼓', 'Shigu'],
  ['竹溪', 'Zhuxi'],
  ['南浦', 'Nanpu'],
  ['朝晖', 'Zhaohui'],
  ['鹤鸣', 'Heming'],
] as const;
const streetKinds = [
  ['路', 'Road'],
  ['大道', 'Avenue'],
  ['里', 'Lane'],
] as const;
const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高'.split('');

/** A station's name and address. */
export interface StationName {
  readonly name: string;
  readonly address: string;
}

/** Sixty names of stations, none twice. */
export function stationNames(dice: Dice): readonly StationName[] {
  const all = streetNames.flatMap(([name, english]) =>
    streetKinds.map(([kind, englishKind]) => {
      const number = dice.whole(1, 399);
      return {
        name: `${name}${kind}站`,
        address: `${name}${kind}${number}号 · ${number} ${english} ${englishKind}`,
      };
    }),
  );
  return dice.shuffle(all);
}

/** How the nth driver is called, and his car. */
export function driverName(n: number, dice: Dice): { readonly displayName: string; readonly plate: string } {
  const plate = `L${dice.pick('ABCDEFGH'.split(''))}${String(10_000 + n * 7 + dice.whole(0, 6))}`;
  return { displayName: `${dice.pick(surnames)}师傅${String(n).padStart(3, '0')}`, plate };
}
