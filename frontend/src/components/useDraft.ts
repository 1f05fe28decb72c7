import { useState } from 'react';

/** A text that is being typed. When another value is saved meanwhile, the saved value replaces the typed text. */
export function useDraft(saved: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState({ saved, text: saved });
  return [draft.saved === saved ? draft.text : saved, (text) => setDraft({ saved, text })];
}
