import { useState } from 'react';

/** A text in the making; what is saved meanwhile takes its place. */
export function useDraft(saved: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState({ saved, text: saved });
  return [draft.saved === saved ? draft.text : saved, (text) => setDraft({ saved, text })];
}
