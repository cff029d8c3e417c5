/**
 * The 150 products of a made-up catalogue: fifteen families of ten, with names in Chinese and English.
 */

/** One product. */
export interface Good {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  /** What passengers pay for one, in fen. */
  readonly price: number;
  /** What drivers pay a station for one, in fen. */
  readonly wholesale: number;
}

type Variant = readonly [name: string, english: string];

interface Family {
  readonly name: string;
  readonly english: string;
  /** Of the first variant, in fen; each further one costs a little more. */
  readonly price: number;
  readonly variants: readonly Variant[];
}

const flavours: readonly Variant[] = [
  ['原味', 'Original'],
  ['海苔', 'Seaweed'],
  ['番茄', 'Tomato'],
  ['麻辣', 'Hot and Numbing'],
  ['黄瓜', 'Cucumber'],
  ['烧烤', 'Barbecue'],
  ['青柠', 'Lime'],
  ['芝士', 'Cheese'],
  ['黑胡椒', 'Black Pepper'],
  ['蜂蜜', 'Honey'],
];
const fruits: readonly Variant[] = [
  ['鲜橙', 'Orange'],
  ['苹果', 'Apple'],
  ['葡萄', 'Grape'],
  ['白桃', 'White Peach'],
  ['荔枝', 'Lychee'],
  ['芒果', 'Mango'],
  ['蓝莓', 'Blueberry'],
  ['西柚', 'Grapefruit'],
  ['杨梅', 'Bayberry'],
  ['菠萝', 'Pineapple'],
];
const brews: readonly Variant[] = [
  ['茉莉', 'Jasmine'],
  ['乌龙', 'Oolong'],
  ['龙井', 'Longjing'],
  ['红茶', 'Black'],
  ['普洱', 'Pu’er'],
  ['桂花', 'Osmanthus'],
  ['菊花', 'Chrysanthemum'],
  ['大麦', 'Barley'],
  ['玄米', 'Brown Rice'],
  ['陈皮', 'Tangerine Peel'],
];
const roasts: readonly Variant[] = [
  ['美式', 'Americano'],
  ['拿铁', 'Latte'],
  ['摩卡', 'Mocha'],
  ['卡布奇诺', 'Cappuccino'],
  ['生椰', 'Coconut'],
  ['燕麦', 'Oat'],
  ['焦糖', 'Caramel'],
  ['香草', 'Vanilla'],
  ['榛果', 'Hazelnut'],
  ['冷萃', 'Cold Brew'],
];
const sizes: readonly Variant[] = [
  ['山泉', 'Spring'],
  ['冰川', 'Glacier'],
  ['竹林', 'Bamboo'],
  ['苏打', 'Soda'],
  ['含气', 'Sparkling'],
  ['矿物', 'Mineral'],
  ['柠檬', 'Lemon'],
  ['薄荷', 'Mint'],
  ['电解质', 'Electrolyte'],
  ['婴儿', 'Baby'],
];
const nuts: readonly Variant[] = [
  ['花生', 'Peanuts'],
  ['腰果', 'Cashews'],
  ['杏仁', 'Almonds'],
  ['核桃', 'Walnuts'],
  ['开心果', 'Pistachios'],
  ['瓜子', 'Sunflower Seeds'],
  ['南瓜子', 'Pumpkin Seeds'],
  ['板栗', 'Chestnuts'],
  ['蚕豆', 'Broad Beans'],
  ['夏威夷果', 'Macadamias'],
];
const things: readonly Variant[] = [
  ['纸巾', 'Tissues'],
  ['湿巾', 'Wet Wipes'],
  ['口罩', 'Face Mask'],
  ['雨衣', 'Rain Poncho'],
  ['晕车贴', 'Motion Sickness Patch'],
  ['创可贴', 'Plasters'],
  ['牙线', 'Dental Floss'],
  ['颈枕', 'Neck Pillow'],
  ['眼罩', 'Eye Mask'],
  ['雨伞', 'Umbrella'],
];
const gadgets: readonly Variant[] = [
  ['苹果充电线', 'Lightning Cable'],
  ['Type-C 充电线', 'USB-C Cable'],
  ['有线耳机', 'Earphones'],
  ['手机支架', 'Phone Stand'],
  ['应急充电宝', 'Power Bank'],
  ['车载充电头', 'Car Charger'],
  ['转接头', 'Adapter'],
  ['屏幕清洁布', 'Screen Cloth'],
  ['自拍杆', 'Selfie Stick'],
  ['蓝牙耳机', 'Wireless Earphones'],
];

const families: readonly Family[] = [
  { name: '饮用水', english: 'Water', price: 250, variants: sizes },
  { name: '茶饮', english: 'Tea', price: 450, variants: brews },
  { name: '咖啡', english: 'Coffee', price: 990, variants: roasts },
  { name: '果汁', english: 'Juice', price: 600, variants: fruits },
  { name: '汽水', english: 'Soda', price: 400, variants: fruits },
  { name: '酸奶', english: 'Yoghurt', price: 750, variants: fruits },
  { name: '薯片', english: 'Crisps', price: 690, variants: flavours },
  { name: '饼干', english: 'Biscuits', price: 580, variants: flavours },
  { name: '豆干', english: 'Dried Tofu', price: 350, variants: flavours },
  { name: '干果', english: '', price: 880, variants: nuts },
  { name: '软糖', english: 'Gummies', price: 490, variants: fruits },
  { name: '巧克力', english: 'Chocolate', price: 820, variants: roasts },
  { name: '果干', english: 'Dried Fruit', price: 920, variants: fruits },
  { name: '', english: '', price: 300, variants: things },
  { name: '', english: '', price: 1_900, variants: gadgets },
];

/** All 150, the same every time. */
export const goods: readonly Good[] = families.flatMap((family, f) =>
  family.variants.map(([name, english], v) => {
    const price = family.price + v * 10 * Math.ceil(family.price / 200);
    return {
      id: `pr_${String(f * 10 + v + 1).padStart(3, '0')}`,
      name: `${name}${family.name}`,
      nameEn: `${english} ${family.english}`.trim(),
      price,
      wholesale: Math.round(price * 0.55),
    };
  }),
);
