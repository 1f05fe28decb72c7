import { MultiCombobox, type ComboboxOption } from '@grafana/ui';
import * as React from 'react';
import { useEffect, useRef } from 'react';
import { labelId } from './Labelled';

interface Props {
  id: string;
  value: ComboboxOption[];
  options: ComboboxOption[] | ((typed: string) => Promise<ComboboxOption[]>);
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  /** Whether values may be typed that aren't among the options. */
  freeText?: boolean;
  onChange: (values: string[]) => void;
}

/** Several of some values; its label is that of {@link labelId}. */
export function MultiChoice({ id, freeText = false, onChange, ...props }: Props) {
  const container = useRef<HTMLDivElement>(null);
  // Grafana 11.6 gives the input an id of its own and no label.
  useEffect(() => {
    const input = container.current?.querySelector('input');
    if (input && input.id !== id) {
      input.id = id;
    }
    input?.setAttribute('aria-labelledby', labelId(id));
  });
  return (
    <div ref={container}>
      <MultiCombobox<string>
        {...props}
        id={id}
        aria-labelledby={labelId(id)}
        createCustomValue={freeText}
        isClearable
        onChange={(options) => onChange(options.map((option) => option.value))}
      />
    </div>
  );
}
