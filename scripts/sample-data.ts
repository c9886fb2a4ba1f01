/**
 * The sample data: two years of orders of a small shop with the dirt of real data. Made from a seed, the same bytes
 * on every machine.
 */

const seed = 20_260_630;
const customerCount = 5000;
const productCount = 120;
const orderCount = 47_600;
const firstDay = Date.UTC(2024, 6, 1);
const days = 730;
const day = 86_400_000;

type Random = () => number;

interface Customer {
  id: number;
  region: string;
  /** After this day the customer orders no more. */
  lastDay: number;
  firstDay: number;
}

interface Order {
  id: string;
  customer: string;
  product: string;
  quantity: string;
  discount: string;
  region: string;
  status: string;
  orderedAt: string;
  updatedAt: number;
}

/** File name -> text of the three files. */
export function sampleFiles(): Record<string, string> {
  const random = mulberry32(seed);
  const products = makeProducts(random);
  const { customers, rows } = makeCustomers(random);
  const orders = makeOrders(random, customers);
  return {
    'products.csv': csv(['code', 'product', 'category', 'unit_price', 'discontinued'], products),
    'customers.csv': csv(
      ['customer_id', 'name', 'email', 'city', 'country', 'home_region', 'segment', 'signed_up'],
      rows,
    ),
    'orders.csv': csv(
      [
        'order_id',
        'customer_id',
        'product_code',
        'quantity',
        'discount_percent',
        'region',
        'status',
        'ordered_at',
        'updated_at',
      ],
      orders.map(orderRow),
    ),
  };
}

/** A generator with 32 bits of state in whole-number arithmetic, the same on every machine. */
function mulberry32(start: number): Random {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const chance = (random: Random, share: number): boolean => random() < share;

function pick<Value>(random: Random, values: readonly [Value, ...Value[]]): Value {
  return values[below(random, values.length)] ?? values[0];
}

const materials = [
  'Oak',
  'Steel',
  'Linen',
  'Cotton',
  'Glass',
  'Copper',
  'Wool',
  'Cork',
  'Bamboo',
  'Slate',
] as const;
const goods: readonly [string, readonly [string, ...string[]], number][] = [
  ['Kitchen', ['Chopping Board', 'Carafe', 'Pan', 'Bowl, large', 'Spice Rack', 'Kettle'], 34],
  ['Living', ['Lamp', 'Cushion', 'Throw, 130 × 170 cm', 'Side Table', 'Vase', 'Frame'], 58],
  ['Office', ['Desk Organiser', 'Notebook', 'Stand', 'Pen Tray', 'Clock'], 22],
  ['Garden', ['Planter', 'Bench', 'Watering Can', 'Lantern', 'Trellis'], 47],
  ['Bath', ['Towel', 'Soap Dish', 'Bath Mat', 'Mirror, 40"', 'Basket'], 27],
];

function makeProducts(random: Random): string[][] {
  return Array.from({ length: productCount }, (_, index) => {
    const [category, names, price] = pick(random, goods as [(typeof goods)[number]]);
    const cents = Math.round(price * 100 * (0.4 + 1.4 * random()));
    // Prices end in 9 cents, as prices do.
    const unitPrice = ((Math.floor(cents / 10) * 10 + 9) / 100).toFixed(2);
    const discontinued = chance(random, 0.08) ? 'yes' : 'no';
    return [
      productCode(index),
      `${pick(random, materials)} ${pick(random, names)}`,
      category,
      unitPrice,
      discontinued,
    ];
  });
}

/** Six digits, most with zeros in front: read as numbers they would no longer match anything. */
function productCode(index: number): string {
  return String(137 + index * 83).padStart(6, '0');
}

const firstNames = [
  'Ada',
  'Björn',
  'Chloé',
  'Dmitri',
  'Elif',
  'Fatima',
  'Grace',
  'Hiro',
  'Inês',
  'José',
  'Kofi',
  'Linh',
  'María',
  'Noor',
  'Oskar',
  'Priya',
  'Renée',
  'Søren',
  'Tomás',
  'Zoë',
] as const;
const lastNames = [
  'Andersen',
  'Bianchi',
  'Çelik',
  'Dubois',
  'Evans',
  'Fischer',
  'García',
  'Haddad',
  'Ito',
  'Jansen',
  'Kowalski',
  'López',
  'Müller',
  "O'Brien",
  'Nguyễn',
  'Okafor',
  'Petrov',
  'Rossi',
  'Smith',
  'Weiß',
] as const;
const places: readonly [string, string, string][] = [
  ['Oslo', 'Norway', 'North'],
  ['Malmö', 'Sweden', 'North'],
  ['Aarhus', 'Denmark', 'North'],
  ['Lisbon', 'Portugal', 'South'],
  ['Sevilla', 'Spain', 'South'],
  ['Napoli', 'Italy', 'South'],
  ['Kraków', 'Poland', 'East'],
  ['Brno', 'Czechia', 'East'],
  ['Dublin', 'Ireland', 'West'],
  ['Lille', 'France', 'West'],
  ['Utrecht', 'Netherlands', 'West'],
  ['Zürich', 'Switzerland', 'Central'],
  ['Köln', 'Germany', 'Central'],
  ['Linz', 'Austria', 'Central'],
];

function makeCustomers(random: Random): { customers: Customer[]; rows: string[][] } {
  const customers: Customer[] = [];
  const rows = Array.from({ length: customerCount }, (_, index) => {
    const [city, country, region] = pick(random, places as [(typeof places)[number]]);
    const firstDay = chance(random, 0.4) ? 0 : below(random, days - 60);
    const lastDay = chance(random, 0.32) ? firstDay + 30 + below(random, days - firstDay) : days;
    const customer = { id: 100_001 + index, region, firstDay, lastDay };
    customers.push(customer);
    return customerRow(random, customer, city, country);
  });
  return { customers, rows };
}

function customerRow(random: Random, customer: Customer, city: string, country: string): string[] {
  const first = pick(random, firstNames);
  const last = pick(random, lastNames);
  const company = chance(random, 0.12);
  const name = company
    ? `${last}, ${pick(random, lastNames)} & Co. "${pick(random, materials)}"`
    : `${last}, ${first}`;
  const email = `${asciiOnly(first)}.${asciiOnly(last)}${customer.id % 1000}@example.com`.toLowerCase();
  const signedUp = dateText(firstDay + customer.firstDay * day - below(random, 200) * day);
  const segment = company ? 'business' : 'private';
  return [
    String(customer.id),
    name,
    chance(random, 0.06) ? '' : email,
    chance(random, 0.03) ? '' : city,
    country,
    chance(random, 0.02) ? '' : customer.region,
    segment,
    signedUp,
  ];
}

function asciiOnly(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/ß/g, 'ss')
    .replace(/[^A-Za-z]/g, '');
}

const statuses = [
  'shipped',
  'shipped',
  'shipped',
  'shipped',
  'shipped',
  'shipped',
  'shipped',
  'paid',
  'new',
  'cancelled',
] as const;

/** Orders in the order in which the shop's system wrote them: updates of old orders stand among new ones. */
function makeOrders(random: Random, customers: readonly Customer[]): Order[] {
  const orders: Order[] = [];
  for (let index = 0; index < orderCount; index += 1) {
    const on = orderDay(random, index);
    const order = makeOrder(random, index, on, buyer(random, customers, on));
    orders.push(order);
    if (chance(random, 0.008)) orders.push(order);
    if (chance(random, 0.006)) orders.push(nearDuplicate(random, order));
    if (chance(random, 0.04)) orders.push(lateUpdate(random, order));
  }
  return settle(orders, random);
}

/** The shop grows, and sells more before Christmas. */
function orderDay(random: Random, index: number): number {
  const even = (index + random()) / orderCount;
  // Square roots and products are exact everywhere; powers are not.
  const grown = 0.75 * even + 0.25 * Math.sqrt(even);
  const wished = Math.floor(grown * days);
  const month = new Date(firstDay + wished * day).getUTCMonth();
  if (month !== 0 && month !== 1) return wished;
  // Some of what would fall into January or February was bought in the weeks before.
  return chance(random, 0.35) ? Math.max(0, wished - 35 - below(random, 25)) : wished;
}

function buyer(random: Random, customers: readonly Customer[], on: number): Customer | undefined {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    // A few customers order much, most order little.
    const customer = customers[Math.floor(customers.length * random() * Math.sqrt(random()))];
    if (customer && customer.firstDay <= on && on <= customer.lastDay) return customer;
  }
  return customers[below(random, 50)];
}

function makeOrder(random: Random, index: number, on: number, customer: Customer | undefined): Order {
  const orderedAt = firstDay + on * day;
  const known = productCode(Math.floor(productCount * random() * Math.sqrt(random())));
  return {
    id: `SO-${String(200_000 + index)}`,
    customer: customer === undefined || chance(random, 0.006) ? '' : String(customer.id),
    product: chance(random, 0.003) ? '009999' : known,
    quantity: chance(random, 0.005) ? '' : String(1 + Math.floor(6 * random() * random())),
    discount: chance(random, 0.03) ? '' : String(pick(random, [0, 0, 0, 0, 0, 5, 10, 15])),
    region: regionText(random, customer?.region ?? 'Central'),
    status: pick(random, statuses),
    orderedAt: dateText(orderedAt),
    updatedAt: orderedAt + (8 * 60 + below(random, 12 * 60)) * 60_000,
  };
}

/** Typed by hand in five offices. */
function regionText(random: Random, region: string): string {
  if (chance(random, 0.025)) return '';
  const text = chance(random, 0.07) ? pick(random, ['North', 'South', 'East', 'West', 'Central']) : region;
  const style = random();
  if (style < 0.08) return text.toUpperCase();
  if (style < 0.16) return text.toLowerCase();
  if (style < 0.2) return `${text} `;
  if (style < 0.22) return ` ${text}`;
  return text;
}

function nearDuplicate(random: Random, order: Order): Order {
  return {
    ...order,
    region: regionText(random, order.region.trim() || 'Central'),
    updatedAt: order.updatedAt + 1000,
  };
}

function lateUpdate(random: Random, order: Order): Order {
  const later = order.updatedAt + (2 + below(random, 40)) * day + below(random, 600) * 60_000;
  return {
    ...order,
    status: pick(random, ['returned', 'shipped', 'cancelled', 'refunded']),
    updatedAt: later,
  };
}

/** In order of writing, with some rows that arrived late from an office that was offline. */
function settle(orders: readonly Order[], random: Random): Order[] {
  return orders
    .map((order) => ({ order, at: order.updatedAt + (chance(random, 0.01) ? below(random, 20) * day : 0) }))
    .sort((a, b) => a.at - b.at)
    .map(({ order }) => order);
}

function orderRow(order: Order): string[] {
  const updatedAt = new Date(order.updatedAt).toISOString().slice(0, 19).replace('T', ' ');
  const { id, customer, product, quantity, discount, region, status, orderedAt } = order;
  return [id, customer, product, quantity, discount, region, status, orderedAt, updatedAt];
}

function dateText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`;
}

/** Spaces at the ends stay in quotes, as the programs that write such files do it. */
function quoted(value: string): string {
  return /[",\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
