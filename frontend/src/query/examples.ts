import type { Params } from './model';

/** A query to start from. */
export interface Example {
  question: string;
  note: string;
  queryType: string;
  params: Params;
}

/** The queries of the cheat sheet, in the order in which people usually need them. */
export const examples: Example[] = [
  {
    question: 'Which configurations are not compliant?',
    note: 'Table: Flux configurations, with the compliance state Non-Compliant.',
    queryType: 'configurations',
    params: { complianceStates: ['Non-Compliant'] },
  },
  {
    question: 'How many configurations are in which state?',
    note: 'Stat, pie chart or bar gauge: Configuration counts, grouped by compliance state.',
    queryType: 'configuration-counts',
    params: { groupBy: ['complianceState'] },
  },
  {
    question: 'What are the most frequent errors?',
    note: 'Table: Top errors, grouped by message, with the number of clusters that have each.',
    queryType: 'top-errors',
    params: {},
  },
  {
    question: 'Which objects fail, and why?',
    note: 'Table: Reconcilers and sources in the state Failing, with reason and message.',
    queryType: 'reconcilers',
    params: { state: 'Failing' },
  },
  {
    question: 'How far is a commit rolled out?',
    note: 'Table: Rollout, by repository and reference, with the clusters that are behind.',
    queryType: 'rollout',
    params: {},
  },
  {
    question: 'Which clusters have no Flux?',
    note: 'Stat or pie chart: Coverage counts.',
    queryType: 'coverage-counts',
    params: {},
  },
  {
    question: 'What changed in this time range?',
    note: 'Table or annotations: Events.',
    queryType: 'events',
    params: {},
  },
  {
    question: 'How long does reconciling take?',
    note: 'Time series: Metric, the 95th percentile by kind. It needs a Prometheus endpoint.',
    queryType: 'metric',
    params: { metric: 'reconcile-duration-quantile', quantile: '0.95' },
  },
  {
    question: 'Which configurations should raise an alert?',
    note: 'Alert rule: Failing configurations, one number per configuration.',
    queryType: 'failing-configurations',
    params: {},
  },
];
