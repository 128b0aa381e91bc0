// Sheet music for a choir: clicks with a subtle effect (a sound, a tip for one second, a download, a jump), a lost connection, a badge that says it all.
const css = 'body{font:16px/1.5 system-ui;max-width:820px;margin:10px auto}.Shell_head__b2{display:flex;gap:16px;position:sticky;top:0;background:#fff;padding:8px 0}.Shell_banner__q81Zt{background:#444;color:#fff;padding:8px}.Badge_root__v7{background:#e4e0ff;border-radius:9px;padding:1px 8px;font-size:.7em}.List_item__x9{padding:6px 0}.Btn_ghost__p1{border:1px solid #999;background:none;border-radius:5px;padding:4px 10px}.Btn_main__z0{background:#3b2e7e;color:#fff;border:0;border-radius:5px;padding:6px 14px}.Tip_root__m4{background:#222;color:#fff;font-size:12px;padding:2px 6px}.Snack_root__h3{position:fixed;left:20px;bottom:20px;background:#222;color:#fff;padding:10px}.Hint_root__w2{color:#a33}.Staff_sheet__k2{columns:2;background:#fafafa;padding:10px}label{display:inline-block;margin:8px 0}'
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Choir library</title><style>${css}</style><link rel="stylesheet" href="/built/page.css"><!-- SNIPPET --></head><body><div id="root"></div><script type="module" src="/built/page.js"></script></body></html>`
export default {
  title: 'Choir library', page: 'choir.jsx', held: false,
  routes: () => ({
    ...Object.fromEntries(['/', '/set', '/songs/locus', '/songs/lament'].map((path) => [`GET ${path}`, { html }])),
    'POST /api/title': { wait: 120, json: {} },
    'POST /api/guest': ({ n }) => (n === 1 ? { status: 404, wait: 120, json: { message: 'Nobody of that name sings here yet.' } } : { wait: 120, json: { text: 'Asked. We tell you when they answer.' } }),
    'POST /api/send': { wait: 200, json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    const choose = (voice) => v.page.locator('.ts-dropdown .option').getByText(voice)
    await v.click('News', v.button('News'), { flags: ['dead'], wait: 3400, why: 'the beat beside it goes on' })
    await v.click('Voices', v.page.locator('.ts-control'), { alt: ['Any voices'], wait: 900, why: 'opens the list of voices' })
    await v.click('Alto', choose('Alto'), { soft: ['1 voices chosen'], wait: 900 })
    await v.click('Bass', choose('Bass'), { soft: ['2 voices chosen'], wait: 900 })
    await v.click('Library', v.role('heading', 'Library'), { optional: true, wait: 1200, why: 'beside the list, to close it' })
    await v.type('Title', label('Title'), 'l', { public: true, wait: 1200, why: 'filters' })
    await v.click('Add Locus iste', v.button('Add Locus iste'), { soft: ['In the set'], wait: 1800, why: 'the badge counts two' })
    await v.click('Lament for a Failed Harvest', link('Lament for a Failed Harvest'), { nav: '/songs/lament', wait: 2200, why: 'a song of that name' })
    await v.click('One semitone up', v.button('One semitone up'), { n: 5, gap: 230, wait: 1400, why: 'the number goes up at each click' })
    await v.click('Hear the alto line', v.button('Hear the alto line'), { wait: 3400, why: 'one hears it' })
    await v.click('Copy link', v.button('Copy link'), { soft: ['Copied'], wait: 3400, why: 'a tip for one second' })
    await v.click('Get the score', link('Get the score'), { wait: 3400, why: 'downloads a file' })
    await v.click('I know this one', v.page.getByText('I know this one'), { as: 'change', wait: 1500 })
    await v.click('Print parts', v.button('Print parts'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3400 })
    await v.click('Go to the words', link('Go to the words'), { nav: '/songs/lament#words', soft: ['The harvest failed, the error was ours.'], wait: 2800, why: 'jumps down the page' })
    await v.click('Set list', v.page.locator('header a').last(), { alt: ['Set list 2'], nav: '/set', wait: 2200 })
    await v.retype('Name of the set', label('Name of the set'), 'Harvest evening', { public: true, why: 'a better name' })
    await v.context.setOffline(true)
    await v.rest(1200)
    v.sees('You’re offline. What you change stays on this device.', { ms: 3000 })
    await v.click('Keep name', v.button('Keep name'), { flags: ['error_after', 'error_shown'], texts: ['Kept here for now; no connection'], wait: 2800 })
    await v.screen()
    await v.context.setOffline(false)
    await v.rest(2500)
    await v.click('Keep name', v.button('Keep name'), { texts: ['Saved'], may: ['repeated_submit'], wait: 3200, why: 'Saved stands beside the button for one second' })
    await v.click('Drop Sakura', v.button('Drop Sakura'), { soft: ['Taken off the list'], wait: 1600 })
    await v.click('Undo', v.button('Undo'), { wait: 1800, why: 'it is back' })
    await v.type('Guest singer', label('Guest singer'), 'Thora Bejn')
    await v.click('Ask them', v.button('Ask them'), { flags: ['error_after', 'error_shown'], texts: ['Nobody of that name sings here yet.'], wait: 2600 })
    await v.retype('Guest singer', label('Guest singer'), 'Thora Beyn', { flags: ['retyped'] })
    await v.click('Ask them', v.button('Ask them'), { texts: ['Asked. We tell you when they answer.'], wait: 2600 })
    await v.click('Send to the choir', v.button('Send to the choir'), { soft: ['All 24 singers get this list by mail.'], wait: 1800 })
    await v.click('Send now', v.button('Send now'), { texts: ['With 24 singers'], wait: 3200, why: 'the dialog closes and the badge changes' })
    v.claim('true', { kind: 'clicked', text: 'Ask them', count: 2 }, { kind: 'saw_text', text: 'With 24 singers' }, { kind: 'saw_text', text: 'Nobody of that name sings here yet' }, { kind: 'rage', text: 'Print parts' })
    v.claim('false', { kind: 'dead', text: 'Copy link' }, { kind: 'dead', text: 'Get the score' }, { kind: 'rage', text: 'One semitone up' })
    v.claim('unknown', { kind: 'saw_text', text: 'The set was deleted' })
    v.ends('success', 'the badge Draft became With 24 singers')
  },
}
