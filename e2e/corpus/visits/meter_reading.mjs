// Web components of one's own: a calendar in a dialog, a chart on a canvas, a live number, and a button whose handler throws; nothing is handed in.
const css = 'body{font:15px/1.5 system-ui;max-width:760px;margin:14px auto}header{display:flex;gap:20px;align-items:center}.live{font-variant-numeric:tabular-nums;background:#e6f4ea;padding:2px 10px;border-radius:10px}'
const body = `<style>${css}</style><header><b>Brightwater Energy</b> <span>Right now <span class="live" id="now">2.40 kW</span></span> <button type="button" popovertarget="help">Help</button></header><div id="help" popover>Lines are open from eight to six.</div><h1>Your meter</h1><day-picker></day-picker><meter-form></meter-form><past-readings></past-readings><tariff-tabs></tariff-tabs><usage-chart></usage-chart><bill-list></bill-list>`
export default {
  title: 'Your meter', page: 'meter.js', css: false, body, held: false,
  routes: () => ({
    'POST /api/check': ({ n }) => (n === 1 ? { status: 422, wait: 150, json: { message: 'That is lower than last time' } } : { wait: 150, json: { text: 'Looks right' } }),
    'POST /api/photo': { status: 503, wait: 150, json: {} },
    'GET /api/past': { wait: 120, json: {} },
    'GET /api/bills/0': { json: { rows: ['April', 'March', 'February', 'January'] } },
    'GET /api/bills/1': { wait: 150, json: { rows: ['December', 'November', 'October'] } },
    'GET /api/bills/2': { json: { rows: [] } },
  }),
  async play(v) {
    const tab = (name) => v.role('tab', name)
    const value = v.page.getByLabel('Meter reading')
    await v.click('Help', v.button('Help'), { soft: ['Lines are open from eight to six.'], wait: 1800, why: 'a native popover' })
    await v.click('Help', v.button('Help'), { wait: 1400, why: 'closes it' })
    await v.click('Night owl', tab('Night owl'), { soft: ['Cheaper from ten to six.'], wait: 1800, why: 'changes at the press' })
    await v.click('Outages', tab('Outages'), { soft: ['Errors on a bill: none.'], wait: 1800 })
    await v.click('Choose the day', v.button('Choose the day'), { wait: 1600 })
    await v.click('Earlier', v.button('Earlier'), { wait: 1200, why: 'a month back' })
    await v.click('Later', v.button('Later'), { wait: 1200 })
    await v.click('12', v.role('button', /^12 May|May 12|12/), { alt: ['12 May', 'May 12', '12 May 2026'], wait: 2000, why: 'the dialog closes, the day stands there' })
    await v.type('Meter reading', value, '412', { public: true })
    await v.click('Check it', v.button('Check it'), { flags: ['error_shown'], texts: ['A digit too many or too few'], wait: 2600 })
    await v.retype('Meter reading', value, '14208', { flags: ['retyped'] })
    await v.click('Check it', v.button('Check it'), { flags: ['error_after', 'error_shown'], texts: ['That is lower than last time'], wait: 2600 })
    await v.retype('Meter reading', value, '41208', { flags: ['retyped'] })
    await v.click('Check it', v.button('Check it'), { texts: ['Looks right'], wait: 2400 })
    await v.click('Hand it in', v.button('Hand it in'), { flags: ['dead', 'error_after'], wait: 3400, why: 'its handler throws; only the live number changes' })
    await v.click('Send a photo', v.button('Send a photo'), { flags: ['error_after', 'error_shown'], texts: ['We’re having trouble with pictures today.'], wait: 2800 })
    await v.screen()
    await v.click('Hand it in', v.button('Hand it in'), { flags: ['rage', 'error_after'], may: ['dead'], n: 4, gap: 180, wait: 3400 })
    await v.click('Look again', v.button('Look again'), { soft: ['Looked 1 times'], wait: 2400, why: 'no new reading is there' })
    await v.click(null, v.page.locator('canvas'), { x: 215, y: 14, wait: 3400, why: 'hides a series in the legend of a chart' })
    await v.click('This year and last', v.button('This year and last'), { wait: 3400, why: 'the bars change' })
    await v.click('Compare with neighbours', v.button('Compare with neighbours'), { flags: ['dead'], wait: 3400 })
    await v.click('Details', v.page.locator('bill-list li').nth(0).getByRole('button'), { soft: ['paid in time'], wait: 1800 })
    await v.click('Details', v.page.locator('bill-list li').nth(1).getByRole('button'), { flags: ['dead'], wait: 3400, why: 'of March, where it does nothing' })
    await v.did('click', null, () => v.page.mouse.wheel(0, 1200), { optional: true, wait: 2000, why: 'scrolls: older bills come by themselves' })
    await v.click('Look again', v.button('Look again'), { soft: ['Looked 2 times'], wait: 2600, why: 'still no new reading' })
    v.claim('true', { kind: 'saw_text', text: 'Looks right' }, { kind: 'rage', text: 'Hand it in' }, { kind: 'clicked', text: 'Check it', count: 3 }, { kind: 'request_failed', text: '/api/photo', status: 503 })
    v.claim('false', { kind: 'dead', text: 'This year and last' }, { kind: 'rage', text: 'Check it' }, { kind: 'request_failed', text: '/api/reading' })
    v.claim('unknown', { kind: 'saw_text', text: 'Thanks, we have your reading' })
    v.ends(['failed', 'not shown'], 'the button did nothing, and the list shows no new reading')
  },
}
