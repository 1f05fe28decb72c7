import type { CatalogueControl, CatalogueParam, ParamValue } from '../../generated/types';
import type { Asked } from '../asked';

/** A kind of control. */
export type Kind = CatalogueControl['type'];

/** What a control of a kind is drawn from. */
export interface ControlProps<K extends Kind = Kind> {
  id: string;
  param: CatalogueParam;
  control: Extract<CatalogueControl, { type: K }>;
  value: ParamValue | undefined;
  /** `undefined`: the default. */
  onChange: (value: ParamValue | undefined) => void;
  asked: Asked;
}
