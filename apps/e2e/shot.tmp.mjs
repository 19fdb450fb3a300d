import { chromium } from 'playwright-core';
const [,, base, token, outdir, lang='en-GB', scheme='light', ...paths] = process.argv;
const b = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--headless','--no-sandbox','--disable-gpu']});
const c = await b.newContext({ locale: lang, viewport:{width:1360,height:860}, colorScheme: scheme });
const p = await c.newPage();
p.on('console', m=> m.type()==='error' && console.log('ERR', m.text(), p.url()));
p.on('pageerror', e=>console.log('PAGEERR', e.message, p.url()));
await p.goto(token ? `${base}/?token=${token}` : base);
await p.waitForURL(/releases/);
for (const path of paths) {
  await p.goto(base+path);
  await p.waitForTimeout(3500);
  await p.screenshot({ path: `${outdir}/${path.replace(/[^a-z0-9]+/gi,'_')}-${lang}-${scheme}.png`});
  console.log(path, await p.title());
}
await b.close();
