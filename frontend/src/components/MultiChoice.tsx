import { MultiCombobox, type ComboboxOption } from '@grafana/ui';
import * as React from 'react';
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import { labelId } from './Labelled';
import { useStable } from './useStable';

interface Props {
  id: string;
  value: ComboboxOption[];
  options: ComboboxOption[] | ((typed: string) => Promise<ComboboxOption[]>);
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  /** Whether values may be typed that aren't among the options. */
  freeText?: boolean;
  /** The value that a typed text names, where one is known by another spelling. */
  resolve?: (typed: string) => string | undefined;
  onChange: (values: string[]) => void;
}

/**
 * Several of some values; its label is that of {@link labelId}. A text that was typed becomes a value on Enter and when
 * the control is left: Grafana's own control would drop it without a word.
 */
export function MultiChoice({ id, value, options, freeText = false, resolve, onChange, ...props }: Props) {
  const container = useRef<HTMLDivElement>(null);
  /** Whether the text was typed and not used yet, to search the options for instance. */
  const pending = useRef(false);
  const pressedInMenu = useRef(false);
  const [round, setRound] = useState(0);

  // Grafana 11.6 gives the input an id of its own and no label.
  useEffect(() => {
    const input = inputOf(container.current);
    if (input && input.id !== id) {
      input.id = id;
    }
    input?.setAttribute('aria-labelledby', labelId(id));
  });

  const offer = useStable(async (typed: string) => {
    const offered = typeof options === 'function' ? await options(typed) : matching(options, typed);
    return withTyped(offered, typed);
  });

  const commit = (typed: string) => {
    const text = typed.trim();
    const named = resolve?.(text) ?? (Array.isArray(options) ? namedBy(options, text) : undefined);
    const found = named ?? (freeText ? text : undefined);
    const values = value.map((option) => option.value);
    if (text !== '' && found !== undefined && !values.includes(found)) {
      onChange([...values, found]);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const input = inputOf(container.current);
    if (!input || event.target !== input) {
      return;
    }
    if (event.key === 'Escape') {
      pending.current = false;
    }
    // With an option highlighted, Enter takes that option.
    const highlighted = input.getAttribute('aria-activedescendant');
    if (event.key === 'Enter' && pending.current && input.value.trim() !== '' && !highlighted) {
      // Nor does it submit the form around.
      event.preventDefault();
      event.stopPropagation();
      commit(input.value);
      pending.current = false;
      empty(input);
    }
  };
  const onBlur = (event: FocusEvent) => {
    const input = inputOf(container.current);
    if (!input || event.target !== input) {
      return;
    }
    if (pressedInMenu.current) {
      // An option is about to be clicked.
      pressedInMenu.current = false;
      return;
    }
    if (pending.current) {
      commit(input.value);
    }
    pending.current = false;
    // With its menu closed, Grafana's control would go on showing the text.
    const closed = input.getAttribute('aria-expanded') !== 'true';
    if (input.value !== '' && closed && !container.current?.contains(event.relatedTarget)) {
      setRound((before) => before + 1);
    }
  };
  return (
    <div
      ref={container}
      onInput={() => {
        pending.current = true;
      }}
      onKeyDownCapture={onKeyDown}
      onBlur={onBlur}
      onFocus={() => {
        pressedInMenu.current = false;
      }}
      // The menu is elsewhere in the document, but its events come by here.
      onMouseDownCapture={(event: MouseEvent) => {
        pressedInMenu.current = !container.current?.contains(event.target as Node);
      }}
    >
      <MultiCombobox<string>
        {...props}
        key={round}
        id={id}
        aria-labelledby={labelId(id)}
        value={value}
        options={freeText ? offer : options}
        isClearable
        onChange={(chosen) => {
          pending.current = false;
          onChange(chosen.map((option) => option.value));
        }}
      />
    </div>
  );
}

function inputOf(container: HTMLDivElement | null): HTMLInputElement | undefined {
  return container?.querySelector('input') ?? undefined;
}

/** Empties an input so that React, and with it Grafana's control, notices. */
function empty(input: HTMLInputElement): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function matching(options: ComboboxOption[], typed: string): ComboboxOption[] {
  const wanted = typed.trim().toLowerCase();
  return options.filter(({ label, value }) => (label ?? value).toLowerCase().includes(wanted));
}

/** The value of the option whose text or value was typed. */
function namedBy(options: ComboboxOption[], typed: string): string | undefined {
  const wanted = typed.toLowerCase();
  return options.find((option) => [option.label, option.value].some((text) => text?.toLowerCase() === wanted))?.value;
}

/** The options, and behind them the typed text as a value of its own. */
function withTyped(options: ComboboxOption[], typed: string): ComboboxOption[] {
  const text = typed.trim();
  if (text === '' || namedBy(options, text) !== undefined) {
    return options;
  }
  // Options without a group come first in one Grafana and last in another.
  const group = options.some((option) => option.group !== undefined) ? { group: 'As typed' } : {};
  return [...options, { value: text, label: text, description: 'Use this text', ...group }];
}
