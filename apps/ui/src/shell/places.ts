import { IconRipple } from '@tabler/icons-react';
import type { PlaceWord } from './crumbs';

/** A place of the console: what the navigation, the palette and the keyboard know. */
export interface Place {
  /** Its word in `places`. */
  word: PlaceWord;
  to: '/releases';
  icon: typeof IconRipple;
  /** Goes there after `g`. */
  key: string;
}

export const PLACES: readonly Place[] = [{ word: 'releases', to: '/releases', icon: IconRipple, key: 'r' }];
