// What Grafana expects of an Arrow file from a data source: what its Go SDK reads (package `data`: frames from Arrow, field
// configuration, frame metadata), and what its data plane requires of each frame type.

import { RecordBatchFileReader, Type, TimeUnit } from 'apache-arrow';

const MAGIC = 'ARROW1';

// Members that the Go SDK knows. It drops all others silently.
const OF_META = ['type', 'typeVersion', 'custom', 'notices', 'executedQueryString'];
const OF_NOTICE = ['severity', 'text', 'link', 'inspect'];
const OF_CONFIG = [
  'displayName',
  'displayNameFromDS',
  'path',
  'description',
  'filterable',
  'writeable',
  'unit',
  'decimals',
  'min',
  'max',
  'interval',
  'mappings',
  'thresholds',
  'color',
  'links',
  'noValue',
  'type',
  'custom',
];
const OF_LINK = ['title', 'url', 'targetBlank', 'internal'];
const OF_RESULT = ['text', 'color', 'index'];

const NUMBERS = ['integer', 'number'];
/** From 2001 to 2100 in nanoseconds. A time in seconds, milliseconds or microseconds is outside of this range. */
const NANOSECONDS = [978_307_200n * 10n ** 9n, 4_102_444_800n * 10n ** 9n];

function json(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is no JSON: ${text}`);
  }
}

/** The types that the plugin writes. The Go SDK reads all of them. */
function typeName(type) {
  switch (type.typeId) {
    case Type.Utf8:
      return 'text';
    case Type.Int:
      return type.bitWidth === 64 && type.isSigned ? 'integer' : String(type);
    case Type.Float:
      return type.precision === 2 ? 'number' : String(type);
    case Type.Bool:
      return 'boolean';
    case Type.Timestamp:
      return type.unit === TimeUnit.NANOSECOND && !type.timezone ? 'time' : `${String(type)} ${type.timezone ?? ''}`;
    default:
      return String(type);
  }
}

/** The values in their raw form: times are integers, not dates. */
function values(column) {
  const [data] = column.data;
  const raw = column.type.typeId === Type.Timestamp;
  return Array.from({ length: column.length }, (_, row) => {
    if (!column.isValid(row)) {
      return null;
    }
    return raw ? data.values[row] : column.get(row);
  });
}

/** The frame in an Arrow file. */
export function read(bytes) {
  const text = (from, to) => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (text(0, MAGIC.length) !== MAGIC || text(-MAGIC.length) !== MAGIC) {
    throw new Error('no Arrow file: it does not begin and end with ARROW1');
  }
  const reader = RecordBatchFileReader.from(bytes).open();
  // The schema of a batch can't be used: when several fields have the same name, as series do, this reader gives the first
  // one the metadata of the last.
  const { schema } = reader;
  const batches = [...reader];
  if (batches.length !== 1) {
    throw new Error(`${batches.length} record batches instead of one`);
  }
  const [batch] = batches;
  const { metadata } = schema;
  return {
    name: metadata.get('name'),
    refId: metadata.get('refId'),
    meta: metadata.has('meta') ? json(metadata.get('meta'), 'meta') : undefined,
    rows: batch.numRows,
    fields: schema.fields.map((field, index) => ({
      name: field.name,
      named: field.metadata.get('name'),
      type: typeName(field.type),
      nullable: field.nullable,
      labels: field.metadata.has('labels') ? json(field.metadata.get('labels'), 'labels') : undefined,
      config: field.metadata.has('config') ? json(field.metadata.get('config'), 'config') : undefined,
      values: values(batch.getChildAt(index)),
    })),
  };
}

function unknown(value, known) {
  return Object.keys(value).filter((key) => !known.includes(key));
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function* problemsOfMeta(meta) {
  if (!isObject(meta)) {
    yield 'there is no meta';
    return;
  }
  for (const key of unknown(meta, OF_META)) {
    yield `meta has ${key}`;
  }
  if (JSON.stringify(meta.typeVersion) !== '[0,1]') {
    yield `typeVersion is ${JSON.stringify(meta.typeVersion)}, not that of the data plane's contract`;
  }
  for (const notice of meta.notices ?? []) {
    if (!['info', 'warning', 'error'].includes(notice.severity)) {
      yield `severity ${notice.severity} of a notice makes the Go SDK refuse the frame`;
    }
    if (!isText(notice.text) || unknown(notice, OF_NOTICE).length > 0) {
      yield `a notice is ${JSON.stringify(notice)}`;
    }
  }
  if (meta.custom !== undefined && !isObject(meta.custom)) {
    yield 'custom is no object';
  }
  if (!isText(meta.executedQueryString)) {
    yield "there is no executedQueryString for Grafana's query inspector";
  }
}

function* problemsOfMapping({ type, options }) {
  const results = type === 'value' ? Object.values(options ?? {}) : [options?.result];
  if (!['value', 'range', 'special'].includes(type)) {
    yield `mapping of type ${type}`;
  } else if (results.length === 0 || !results.every((result) => isObject(result))) {
    yield `mapping ${type} without a result`;
  } else {
    for (const result of results) {
      if (unknown(result, OF_RESULT).length > 0) {
        yield `mapping has ${unknown(result, OF_RESULT).join()}`;
      }
    }
  }
  if (type === 'range' && !(options?.from <= options?.to)) {
    yield 'mapping of a range without ends';
  }
}

function* problemsOfConfig(config) {
  for (const key of unknown(config, OF_CONFIG)) {
    yield `config has ${key}`;
  }
  for (const key of ['displayName', 'displayNameFromDS', 'description', 'unit', 'noValue']) {
    if (config[key] !== undefined && !isText(config[key])) {
      yield `${key} of config is ${JSON.stringify(config[key])}`;
    }
  }
  for (const mapping of config.mappings ?? []) {
    yield* problemsOfMapping(mapping);
  }
  for (const link of config.links ?? []) {
    if (!isText(link.title) || !isText(link.url) || unknown(link, OF_LINK).length > 0) {
      yield `link ${JSON.stringify(link)}`;
    }
  }
  for (const key of ['custom', 'color', 'thresholds']) {
    if (config[key] !== undefined && !isObject(config[key])) {
      yield `${key} of config is no object`;
    }
  }
}

function* problemsOfField(field, rows) {
  if (field.named !== field.name) {
    yield `its metadata call it ${field.named}`;
  }
  if (!['text', 'integer', 'number', 'boolean', 'time'].includes(field.type)) {
    yield `its type is ${field.type}`;
  }
  if (field.values.length !== rows) {
    yield `${field.values.length} of ${rows} rows`;
  }
  if (!field.nullable && field.values.includes(null)) {
    yield 'it is not nullable, but has a null';
  }
  if (field.labels !== undefined && !(isObject(field.labels) && Object.values(field.labels).every(isText))) {
    yield `labels are ${JSON.stringify(field.labels)}, not texts by name`;
  }
  if (field.config !== undefined) {
    yield* problemsOfConfig(field.config);
  }
  if (field.type === 'time') {
    const isOutside = (time) => time !== null && (time < NANOSECONDS[0] || time > NANOSECONDS[1]);
    if (field.values.some(isOutside)) {
      yield `a time is ${field.values.find(isOutside)}, which is not a number of nanoseconds since 1970`;
    }
  }
}

/** The data plane's requirements for each frame type. */
const KINDS = {
  *table() {
    // Any fields.
  },
  *'numeric-long'({ fields }) {
    if (!fields.some(({ type }) => NUMBERS.includes(type))) {
      yield 'numeric-long without a number';
    }
    if (fields.some(({ labels }) => labels !== undefined)) {
      yield 'numeric-long with labels on a field; they are fields of texts there';
    }
    if (fields.some(({ type }) => type === 'time')) {
      yield 'numeric-long with a time';
    }
    const texts = fields.filter(({ type }) => type === 'text');
    const rows = fields[0]?.values.map((_, row) => JSON.stringify(texts.map((field) => field.values[row]))) ?? [];
    if (new Set(rows).size !== rows.length) {
      yield 'numeric-long with two rows of the same texts, which alert rules refuse';
    }
  },
  *'numeric-wide'({ fields, rows }) {
    if (rows !== 1) {
      yield `numeric-wide with ${rows} rows`;
    }
    if (!fields.every(({ type }) => NUMBERS.includes(type))) {
      yield 'numeric-wide with a field that is no number';
    }
    const series = fields.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels ?? {}).sort()]));
    if (new Set(series).size !== series.length) {
      yield 'numeric-wide with two fields of the same name and labels';
    }
  },
  *'timeseries-multi'({ fields }) {
    const [time, number] = fields;
    if (fields.length !== 2 || time.type !== 'time' || !NUMBERS.includes(number.type)) {
      yield `timeseries-multi of ${fields.map(({ type }) => type).join()}`;
      return;
    }
    if (time.nullable) {
      yield 'timeseries-multi whose time may be null';
    }
    if (time.values.some((value, row) => row > 0 && value <= time.values[row - 1])) {
      yield 'timeseries-multi whose times do not rise';
    }
  },
};

/** Problems of a frame: what Grafana would refuse, or show differently than intended. */
export function problems(frame, { queryType, refId }) {
  const found = [];
  if (frame.name !== queryType || frame.refId !== refId) {
    found.push(`name and refId are ${frame.name} and ${frame.refId}`);
  }
  found.push(...problemsOfMeta(frame.meta));
  const names = new Set(frame.fields.map(({ name, labels }) => JSON.stringify([name, labels])));
  if (names.size !== frame.fields.length) {
    found.push('two fields have the same name and labels');
  }
  for (const field of frame.fields) {
    for (const problem of problemsOfField(field, frame.rows)) {
      found.push(`field ${field.name}: ${problem}`);
    }
  }
  const kind = KINDS[frame.meta?.type];
  found.push(...(kind ? kind(frame) : [`type ${frame.meta?.type} is none of the data plane`]));
  return found;
}
