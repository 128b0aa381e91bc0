// A phone: Framework7 with its own router in the address, which keeps the page before; taps, a stepper, toasts and a confirmation.
export default {
  title: 'Ledge Climbing', page: 'ledge.js', held: true,
  device: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  routes: () => ({
    'POST /api/crowd': ({ n }) => ({ wait: n === 1 ? 4300 : 200, json: { text: n === 1 ? 'Forty-one people, two lanes free.' : 'Thirty-eight people, four lanes free.' } }),
    'POST /api/desk': { status: 502, json: {} },
    'POST /api/slots': ({ n }) => (n < 4 ? { status: 400, wait: 200, json: { message: 'Member codes have six digits' } } : { wait: 200, json: { text: 'Booked: lane 4 for three hours' } }),
    'POST /api/kit': { wait: 100, json: {} },
    'POST /api/prices': { wait: 4200, json: { text: 'Shoes 3, harness 4, rope 6' } },
    'POST /api/freeze': { status: 403, wait: 200, json: { message: 'Only yearly members can freeze' } },
  }),
  async play(v) {
    const current = (selector) => v.page.locator(`.page-current ${selector}`)
    const link = (name) => current('a').getByText(name, { exact: true })
    const button = (name) => current('button').getByText(name, { exact: true })
    const label = (name) => v.page.locator('.page-current').getByLabel(name, { exact: true })
    const home = (more) => v.click('Home', v.page.locator('.navbar-current a.back'), { nav: '/', wait: 1800, ...more })
    await v.click('Slab: easy', link('Slab: easy'), { nav: '/#!/routes/slab/', wait: 2100 })
    await v.back('/', { flags: ['quick_back'], wait: 2400 })
    await v.click('Roof: hard', link('Roof: hard'), { nav: '/#!/routes/roof/', soft: ['Most attempts fail at the lip.'], wait: 1900 })
    await v.back('/', { flags: ['quick_back'], wait: 2400 })
    await v.click('The wall', link('The wall'), { nav: '/#!/wall/', wait: 1800 })
    await v.click('How full is it?', button('How full is it?'), { flags: ['slow', 'wait'], texts: ['Forty-one people, two lanes free.'], wait: 6000 })
    await v.click('How full is it?', button('How full is it?'), { texts: ['Thirty-eight people, four lanes free.'], wait: 2600 })
    await v.click('Open topo', button('Open topo'), { flags: ['rage'], may: ['dead'], n: 4, gap: 260, wait: 3600 })
    await v.click('Ring the desk', button('Ring the desk'), { flags: ['dead', 'error_after'], wait: 3600 })
    await home()
    await v.click('Book a slot', link('Book a slot'), { nav: '/#!/slot/', wait: 1900 })
    await v.type('Climber', label('Climber'), 'Ines')
    await v.type('Member code', label('Member code'), '4471')
    await v.click('More', current('.stepper-button-plus'), { wait: 700 })
    await v.click('More', current('.stepper-button-plus'), { wait: 900 })
    await v.click('Book slot', button('Book slot'), { flags: ['error_after', 'error_shown'], texts: ['Member codes have six digits'], wait: 4000 })
    await v.click('Book slot', button('Book slot'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Member codes have six digits'], wait: 4000 })
    await v.click('Book slot', button('Book slot'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Member codes have six digits'], wait: 4000 })
    await v.click('Member code', label('Member code'), { wait: 500 })
    await v.click(null, current('.input-clear-button').first(), { wait: 600, optional: true, why: 'the cross that clears the field' })
    await v.type('Member code', label('Member code'), '447103', { flags: ['retyped'] })
    await v.click('Book slot', button('Book slot'), { texts: ['Booked: lane 4 for three hours'], wait: 3000 })
    await v.screen()
    await home()
    await v.click('Rent kit', link('Rent kit'), { nav: '/#!/kit/', wait: 1900 })
    await v.click('Show prices', button('Show prices'), { flags: ['slow'], texts: ['Shoes 3, harness 4, rope 6'], wait: 5800 })
    await v.type('Shoe size', label('Shoe size'), '39', { public: true })
    await v.click('Harness', current('.toggle'), { as: 'change', wait: 1000 })
    await v.click('Reserve kit', button('Reserve kit'), { flags: ['dead'], wait: 4000, why: 'nothing says whether it was reserved' })
    await v.click('Reserve kit', button('Reserve kit'), { flags: ['dead', 'repeated_submit'], wait: 4000 })
    await home()
    await v.click('Find a partner', link('Find a partner'), { nav: '/#!/partner/', wait: 1900 })
    await v.type('Your grade', label('Your grade'), '6a plus')
    await v.type('Days you climb', label('Days you climb'), 'Tuesdays', { flags: ['abandoned_form'], wait: 5400 })
    await home()
    await v.click('Freeze membership', link('Freeze membership'), { nav: '/#!/freeze/', wait: 1900 })
    await v.type('From', label('From'), '1 June')
    await v.type('Reason', label('Reason'), 'Broken toe')
    await v.click('Freeze now', button('Freeze now'), { soft: ['Freeze for three months?'], wait: 1900 })
    await v.click('OK', v.page.locator('.dialog-button').getByText('OK', { exact: true }), { flags: ['error_after', 'error_shown'], texts: ['Only yearly members can freeze'], wait: 4200 })
    await home({ wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Book slot', count: 4 }, { kind: 'saw_text', text: 'Booked: lane 4 for three hours' }, { kind: 'dead', text: 'Ring the desk' }, { kind: 'request_failed', text: '/api/freeze', status: 403 })
    v.claim('false', { kind: 'clicked', text: 'Post my card', count: 1 }, { kind: 'dead', text: 'Book slot' }, { kind: 'rage', text: 'Book slot' })
    v.claim('unknown', { kind: 'saw_text', text: 'Membership frozen' })
    v.ends(['success', 'failed', 'not shown'], 'a slot was booked; the membership was not frozen')
  },
}
