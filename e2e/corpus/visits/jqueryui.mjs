export default {
  title: 'Lend a bike', page: 'jqueryui.js', held: true,
  routes: () => ({
    'POST /api/rent': ({ n }) => [{ status: 409, json: { message: 'All bikes at Harbour are out that day.' } }, { status: 500, json: { message: 'The lock did not answer. Nothing was charged.' } }, { wait: 3300, json: { text: 'Bike 14 is yours. Code 7731.' } }][n - 1],
    'POST /api/free': ({ n }) => ({ wait: 3300, json: { text: `${n + 3} bikes are free` } }),
    'POST /api/back': ({ n }) => (n === 1 ? { status: 503, json: { message: 'The station is offline' } } : { json: {} }),
  }),
  async play(v) {
    await v.click('Rent it', v.button('Rent it'), { flags: ['error_shown'], texts: ['Length of name must be between 3 and 16.'] })
    await v.type('Name', v.page.locator('#who'), 'Radko')
    await v.click('From', v.page.locator('#from'), { why: 'a calendar opens' })
    await v.click('Next', v.page.locator('.ui-datepicker-next'), { n: 4, gap: 260, why: 'one month further each time' })
    await v.click('12', v.page.locator('.ui-datepicker-calendar').getByText('12', { exact: true }))
    await v.type('Station', v.page.locator('#station'), 'ha', { public: true, wait: 900 })
    await v.click('Harbour', v.page.locator('.ui-menu-item').getByText('Harbour'))
    await v.click(null, v.page.locator('.ui-spinner-up'), { n: 3, gap: 240, why: 'a stepper' })
    await v.click('Rent it', v.button('Rent it'), { flags: ['error_after', 'error_shown'], texts: ['All bikes at Harbour are out that day.'], wait: 2200 })
    await v.click('Plan a route', v.button('Plan a route'), { flags: ['dead'], wait: 3300, why: 'only ui-state-active and ui-state-focus' })
    await v.click('Free bikes', v.button('Free bikes'), { flags: ['slow'], wait: 4900, texts: ['4 bikes are free'] })
    await v.click('What if a bike is broken?', v.page.getByText('What if a bike is broken?'), { soft: ['Failed brakes are an emergency.'] })
    await v.click('Insure it', v.button('Insure it'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Rent it', v.button('Rent it'), { flags: ['error_after', 'error_shown'], texts: ['The lock did not answer.'], wait: 2200 })
    await v.click('Rent it', v.button('Rent it'), { flags: ['slow'], texts: ['Bike 14 is yours.'], wait: 4900 })
    await v.click('My bikes', v.page.getByText('My bikes'))
    await v.click('Report damage', v.button('Report damage'), { flags: ['dead'], wait: 3300 })
    await v.click('Damage history', v.button('Damage history'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Keep it longer', v.button('Keep it longer'), { flags: ['dead'], wait: 3300 })
    await v.click('Give back', v.button('Give back'), { soft: ['The rest of the day is not paid back.'] })
    await v.click('Give back now', v.button('Give back now'), { flags: ['error_after'], may: ['error_shown'], wait: 2600, why: 'alert() tells of the failure, which no recorder sees' })
    await v.screen()
    await v.click('Give back', v.button('Give back'))
    await v.click('Give back now', v.button('Give back now'), { texts: ['Bike returned. Thanks for riding.'], wait: 2200 })
    v.claim('true', { kind: 'clicked', text: 'Rent it', count: 4 }, { kind: 'saw_text', text: 'Bike 14 is yours' }, { kind: 'saw_text', text: 'Bike returned' }, { kind: 'rage', text: 'Insure it' }, { kind: 'dead', text: 'Plan a route' }, { kind: 'request_failed', text: '/api/back', status: 503 })
    v.claim('false', { kind: 'rage', text: 'Next' }, { kind: 'dead', text: 'Free bikes' }, { kind: 'request_failed', text: '/api/free' })
    v.claim('unknown', { kind: 'clicked', text: 'Log out' }, { kind: 'saw_text', text: 'Your bike was stolen' })
    v.ends('success', 'a bike was rented and given back')
  },
}
