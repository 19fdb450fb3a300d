import { browserOf } from './browser-of';

it.each([
  { agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36', is: 'Chrome, Linux' },
  { agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', is: 'Edge, Windows' },
  { agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15', is: 'Safari, macOS' },
  { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Safari/604', is: 'Chrome, iOS' },
  { agent: 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', is: 'Firefox, Android' },
  { agent: 'curl/8.0', is: undefined },
])('$is', ({ agent, is }) => expect(browserOf(agent)).toBe(is));
