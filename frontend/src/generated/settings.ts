// Made from the Rust code. To renew: UPDATE_GENERATED=1 cargo test --lib generated

import type { NumberSetting } from './types';

export const cacheSeconds: NumberSetting = {
  "key": "cacheSeconds",
  "default": 30,
  "min": 5,
  "max": 3600
};

export const maxStaleSeconds: NumberSetting = {
  "key": "maxStaleSeconds",
  "default": 3600,
  "min": 30,
  "max": 604800
};

export const timeoutSeconds: NumberSetting = {
  "key": "timeoutSeconds",
  "default": 30,
  "min": 1,
  "max": 600
};

export const scrapeIntervalSeconds: NumberSetting = {
  "key": "scrapeIntervalSeconds",
  "default": 30,
  "min": 1,
  "max": 3600
};

export const demoClusters: NumberSetting = {
  "key": "demoClusters",
  "default": 40,
  "min": 1,
  "max": 50000
};

export const demoConfigurations: NumberSetting = {
  "key": "demoConfigurations",
  "default": 400,
  "min": 1,
  "max": 500000
};

export const demoSeed: NumberSetting = {
  "key": "demoSeed",
  "default": 1,
  "min": 0,
  "max": 9007199254740991
};
