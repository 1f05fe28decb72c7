import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { queryVersion } from '../generated/catalogue';
import { examples } from '../query/examples';
import { CheatSheet } from './CheatSheet';

it('an example of the cheat sheet becomes the query', async () => {
  const chosen = vi.fn();
  render(<CheatSheet onClickExample={chosen} />);
  expect(screen.getAllByRole('button')).toHaveLength(examples.length);
  await userEvent.click(screen.getByRole('button', { name: 'What are the most frequent errors?' }));
  expect(chosen).toHaveBeenCalledWith({ refId: 'A', queryType: 'top-errors', version: queryVersion, params: {} });
});
