import { expect, it } from 'vitest';
import { catalogue } from '../generated/catalogue';
import { examples } from './examples';
import { findType, isComplete, withType } from './model';

it.each(examples.map((example) => [example.question, example] as const))(
  '%s is a query as the editor saves it',
  (_, example) => {
    const query = { refId: 'A', ...example };
    const type = findType(catalogue, example.queryType);
    expect(type && withType(query, type, catalogue).params).toEqual(example.params);
    expect(isComplete(query)).toBe(true);
    expect(example.note).toContain(type?.title);
  },
);
