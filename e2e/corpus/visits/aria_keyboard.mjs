// Keyboard only: Tab, arrows, Enter and Space; the mouse is never used.
export default {
  title: 'Business trip', page: 'aria.jsx', held: true,
  routes: () => ({
    'POST /api/trips': ({ n }) => [{ status: 422, json: { fields: { to: 'Tell us the destination', centre: 'Choose a cost centre from the list' } } }, { status: 502, json: { message: 'The booking system is down. Nothing was booked.' } }, { wait: 3300, json: { code: 'BT-318' } }][n - 1],
    'POST /api/quote': ({ n }) => ({ wait: 3300, json: { text: `${210 + n} euros there and back` } }),
    'POST /api/carbon': ({ n }) => ({ wait: 3300, json: { text: `${40 + n} kg of carbon` } }),
    'POST /api/archive': { status: 403, json: { message: 'your lead keeps it open' } },
  }),
  async play(v) {
    const to = async (where) => { for (let k = 0; k < 24; k++) { if (await where.evaluate((e) => e === document.activeElement || e.contains(document.activeElement))) return; await v.go('Tab') } throw new Error('not reached') }
    const back = async (where) => { for (let k = 0; k < 24; k++) { if (await where.evaluate((e) => e === document.activeElement)) return; await v.go('Shift+Tab') } throw new Error('not reached') }
    const book = v.button('Book trip'), where = v.page.getByLabel('Destination')
    await to(book)
    await v.key('Book trip', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['Tell us the destination'], wait: 1800 })
    await back(where)
    await v.type('Destination', null, 'Gothenburg')
    await to(v.role('combobox', 'Cost centre'))
    await v.go('ArrowDown')
    await v.key(null, 'Enter', { optional: true, why: 'takes the first option of the list' })
    await to(v.role('checkbox', 'Flexible ticket'))
    await v.key('Flexible ticket', 'Space', { as: 'change' })
    await to(v.button('Compare fares'))
    await v.key('Compare fares', 'Enter', { may: ['dead'], wait: 3300, optional: true, why: 'React Aria answers the key itself: no click event for the recorder' })
    await to(v.button('Seat map'))
    await v.key('Seat map', 'Enter', { flags: ['dead'], wait: 3300 })
    await to(v.button('Ask a colleague'))
    await v.key('Ask a colleague', 'Space', { flags: ['rage'], may: ['dead'], n: 4, gap: 220, wait: 3300 })
    await to(v.button('Carbon footprint'))
    await v.key('Carbon footprint', 'Enter', { flags: ['slow'], texts: ['41 kg of carbon'], wait: 4700 })
    await to(v.button('Get a quote'))
    await v.key('Get a quote', 'Space', { may: ['slow'], wait: 4600, optional: true, why: 'React Aria answers the key itself: no click event for the recorder' })
    await back(book)
    await v.key('Book trip', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['The booking system is down. Nothing was booked.'], wait: 1800 })
    await to(v.button('More'))
    await v.key('More', 'Enter', { optional: true, why: 'React Aria answers the key itself: no click event for the recorder' })
    await v.key('Archive trip', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['Archiving did not work: your lead keeps it open'], wait: 1800 })
    await to(v.button('Change traveller'))
    await v.key('Change traveller', 'Enter', { soft: ['Only you can travel on this account.'], optional: true, why: 'React Aria answers the key itself: no click event for the recorder' })
    await v.key(null, 'Escape', { optional: true, why: 'closes the dialog' })
    await v.screen()
    await back(v.button('Ask a colleague'))
    await v.key('Ask a colleague', 'Enter', { flags: ['dead'], wait: 3300 })
    await back(v.button('Seat map'))
    await v.key('Seat map', 'Space', { flags: ['rage'], may: ['dead'], n: 3, gap: 260, wait: 3300 })
    await back(v.button('Compare fares'))
    await v.key('Compare fares', 'Space', { may: ['dead'], wait: 3300, optional: true, why: 'React Aria answers the key itself: no click event for the recorder' })
    await back(book)
    await v.key('Book trip', 'Enter', { flags: ['slow'], texts: ['Trip BT-318 is booked'], wait: 5200 })
    v.claim('true', { kind: 'clicked', text: 'Book trip', count: 3 }, { kind: 'saw_text', text: 'Trip BT-318 is booked' }, { kind: 'dead', text: 'Seat map' }, { kind: 'rage', text: 'Ask a colleague' }, { kind: 'request_failed', text: '/api/trips', status: 502 }, { kind: 'clicked', text: 'Archive trip' })
    v.claim('false', { kind: 'rage', text: 'Book trip' }, { kind: 'dead', text: 'Get a quote' }, { kind: 'request_failed', text: '/api/quote' })
    v.claim('unknown', { kind: 'dead', text: 'Compare fares' }, { kind: 'saw_text', text: 'Visa required' })
    v.ends('success', 'the page says that the trip is booked')
  },
}
