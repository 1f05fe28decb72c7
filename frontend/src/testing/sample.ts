import type { Catalogue, CatalogueParam } from '../generated/types';

const filter = (name: string, label: string, dimension: string): CatalogueParam => ({
  name,
  label,
  help: `${label}.`,
  control: { type: 'values', dimension },
});

const clusters = filter('clusters', 'Clusters', 'cluster');
const namespaces = filter('namespaces', 'Namespaces', 'namespace');
const limit: CatalogueParam = {
  name: 'limit',
  label: 'Row limit',
  help: 'Most rows.',
  control: { type: 'number', min: 1, max: 100, default: 10 },
};

/** A catalogue with every kind of control. */
export const sample: Catalogue = {
  queryTypes: [
    {
      id: 'things',
      title: 'Things',
      description: 'Every thing.',
      group: 'Fleet',
      frameTypes: ['table'],
      params: [clusters, namespaces, limit],
      fields: [{ name: 'since', title: 'Since', type: 'time', unit: '', doc: 'When.', hidden: false }],
      otherFormats: [],
    },
    {
      id: 'thing-counts',
      title: 'Thing counts',
      description: 'Number of things.',
      group: 'Fleet',
      frameTypes: ['numeric-wide', 'numeric-long'],
      params: [
        {
          name: 'groupBy',
          label: 'Group by',
          help: 'By what.',
          control: {
            type: 'dimensions',
            choices: [
              { value: 'state', label: 'State' },
              { value: 'cluster', label: 'Cluster' },
              { value: 'region', label: 'Region' },
            ],
          },
        },
        {
          name: 'format',
          label: 'Format',
          help: 'How.',
          control: {
            type: 'oneOf',
            choices: [
              { value: 'wide', label: 'Series' },
              { value: 'long', label: 'Rows' },
            ],
          },
        },
        clusters,
        limit,
      ],
      fields: [],
      otherFormats: [],
    },
    {
      id: 'metric',
      title: 'Metric',
      description: 'A metric over time.',
      group: 'Fleet',
      frameTypes: ['timeseries-multi', 'numeric-long'],
      params: [
        { name: 'metric', label: 'Metric', help: 'Which.', control: { type: 'metric' } },
        { name: 'groupBy', label: 'Group by', help: 'By what.', control: { type: 'labels' } },
        {
          name: 'quantile',
          label: 'Quantile',
          help: 'Which.',
          control: {
            type: 'oneOf',
            choices: ['0.5', '0.75', '0.9', '0.95', '0.99'].map((value) => ({ value, label: value })),
          },
        },
        { name: 'instant', label: 'Instant', help: 'Now only.', control: { type: 'switch' } },
        clusters,
      ],
      fields: [{ name: 'time', title: 'Time', type: 'time', unit: '', doc: 'When.', hidden: false }],
      otherFormats: [],
    },
    {
      id: 'values',
      title: 'Values',
      description: 'Values.',
      group: 'Variables',
      frameTypes: ['table'],
      params: [
        {
          name: 'dimension',
          label: 'Values of',
          help: 'Of what.',
          control: {
            type: 'dimension',
            choices: [
              { value: 'subscription', label: 'Subscription' },
              { value: 'cluster', label: 'Cluster' },
            ],
          },
        },
        clusters,
        namespaces,
      ],
      fields: [],
      otherFormats: [],
    },
  ],
  metrics: [
    {
      id: 'duration',
      title: 'Reconcile duration',
      description: 'How long it takes.',
      unit: 's',
      group: 'Reconciliation',
      groupBy: ['cluster', 'kind', 'name'],
      defaultGroupBy: ['kind'],
      quantile: true,
      ranged: true,
    },
    {
      id: 'up',
      title: 'Controllers up',
      description: 'How many there are.',
      unit: 'short',
      group: 'Controllers',
      groupBy: [],
      defaultGroupBy: [],
      quantile: false,
      ranged: false,
    },
  ],
};
