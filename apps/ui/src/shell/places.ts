import {
  IconFolders,
  IconBuildingCommunity,
  IconHeartbeat,
  IconHistory,
  IconRipple,
  IconSettings,
  IconStack2,
  IconTopologyStar3,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { PlaceWord } from './crumbs';

/** A place of the console: what the navigation, the palette and the keyboard know. */
export interface Place {
  word: PlaceWord;
  to: '/workspaces' | '/projects' | '/services' | '/map' | '/releases' | '/activity' | '/platform/accounts' | '/platform/groups' | '/platform/health' | '/settings';
  icon: typeof IconRipple;
  /** Goes there after `g`. */
  key: string;
  /** Whom it is shown to: the API answers only them. */
  of: 'everybody' | 'administrators';
  /** Where the navigation shows it; elsewhere it is in the menu of the person. */
  section?: 'work' | 'platform';
}

export const PLACES: readonly Place[] = [
  { word: 'services', to: '/services', icon: IconStack2, key: 's', of: 'everybody', section: 'work' },
  { word: 'map', to: '/map', icon: IconTopologyStar3, key: 'm', of: 'everybody', section: 'work' },
  { word: 'releases', to: '/releases', icon: IconRipple, key: 'r', of: 'everybody', section: 'work' },
  { word: 'projects', to: '/projects', icon: IconFolders, key: 'p', of: 'everybody', section: 'work' },
  { word: 'workspaces', to: '/workspaces', icon: IconBuildingCommunity, key: 'w', of: 'everybody', section: 'work' },
  { word: 'activity', to: '/activity', icon: IconHistory, key: 'a', of: 'administrators', section: 'platform' },
  { word: 'accounts', to: '/platform/accounts', icon: IconUser, key: 'u', of: 'administrators', section: 'platform' },
  { word: 'groups', to: '/platform/groups', icon: IconUsersGroup, key: 'o', of: 'administrators', section: 'platform' },
  { word: 'health', to: '/platform/health', icon: IconHeartbeat, key: 'h', of: 'administrators', section: 'platform' },
  { word: 'settings', to: '/settings', icon: IconSettings, key: 'e', of: 'everybody' },
];

/** What a person gets to see. Without a database there are no accounts and no history. */
export function placesFor(person: { administrator: boolean; hasAccounts: boolean } | undefined): readonly Place[] {
  return PLACES.filter((place) => place.of === 'everybody' || (person?.administrator === true && person.hasAccounts));
}
