import { type MantineColorsTuple, createTheme } from '@mantine/core';

const tide: MantineColorsTuple = [
  '#e3f5f2',
  '#cdebe6',
  '#9fd8d0',
  '#6fc4b9',
  '#47b3a6',
  '#2aa597',
  '#149084',
  '#0b7269',
  '#085c55',
  '#054540',
];
const bad: MantineColorsTuple = [
  '#fdeceb',
  '#f8d4d2',
  '#f1a8a4',
  '#ea7a73',
  '#e4544b',
  '#df3d33',
  '#c9322a',
  '#b3261e',
  '#8f1d17',
  '#6b1410',
];
const dark: MantineColorsTuple = [
  '#e8f0ed',
  '#bfcdc8',
  '#8ea39c',
  '#5f736c',
  '#33453f',
  '#1f2c29',
  '#17211f',
  '#111917',
  '#0e1513',
  '#0b1110',
];

/** Sizes are dense on purpose: this is a tool that people look at all day. Colours of text and surfaces come from tokens.css. */
export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontFamily: 'var(--sans)', fontWeight: '600' },
  primaryColor: 'tide',
  primaryShade: 7,
  colors: { tide, bad, dark },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', fw: 500 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Modal: {
      defaultProps: { centered: true, radius: 10, transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.35, blur: 2 } },
    },
    Menu: { defaultProps: { shadow: 'md', radius: 8, transitionProps: { duration: 90 } } },
    Tooltip: {
      defaultProps: { openDelay: 250, multiline: true, maw: 320, withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
  },
});
