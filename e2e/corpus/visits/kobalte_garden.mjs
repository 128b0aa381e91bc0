export default {
  title: 'Allotments', page: 'kobalte.solid.jsx', css: false, held: false,
  routes: () => ({
    'POST /api/plots': ({ n }) => (n === 1 ? { status: 409, json: { message: 'All sunny beds are taken' } } : { json: {} }),
    'POST /api/give': { status: 500, json: { message: 'The office did not answer' } },
    'POST /api/soil': { wait: 3300, json: { text: 'Acid, 5.4. Nothing is wrong with it.' } },
  }),
  async play(v) {
    await v.click('House rules', v.button('House rules'), { soft: ['Invalid bookings are deleted without notice.'] })
    await v.click('Ring the bell', v.button('Ring the bell'), { flags: ['dead'], wait: 3300, why: 'the countdown goes on' })
    await v.click('Test the soil', v.button('Test the soil'), { flags: ['slow'], texts: ['Nothing is wrong with it.'], wait: 4800 })
    await v.click('Tools', v.button('Tools'), {})
    await v.click('Borrow a spade', v.role('menuitem', 'Borrow a spade'), { texts: ['A spade is reserved'], wait: 2600 })
    await v.click('Give up Bed 3', v.button('Give up Bed 3'), { soft: ['What grows there is lost.'] })
    await v.click('Give it up', v.page.getByText('Give it up'), { alt: ['Dismiss'], flags: ['error_after', 'error_shown'], texts: ['The office did not answer'], wait: 2600 })
    await v.click('Book', v.role('tab', 'Book'), {})
    await v.click('Book a bed', v.button('Book a bed'), { flags: ['error_shown'], texts: ['Three letters at least'] })
    await v.type('Name on the gate', v.page.getByLabel('Name on the gate'), 'Petersen', {})
    await v.click('+', v.button('+'), { n: 4, gap: 160, alt: ['Increment', 'Increase'] })
    await v.click('Light', v.page.locator('button[aria-haspopup=listbox]'), {})
    await v.click('Sun', v.role('option', 'Sun'), {})
    await v.click('With a shed', v.page.getByText('With a shed'), { as: 'change' })
    await v.click('Book a bed', v.button('Book a bed'), { flags: ['error_after', 'error_shown'], texts: ['All sunny beds are taken'], wait: 4200 })
    await v.screen()
    await v.click('See the map', v.button('See the map'), { flags: ['rage'], may: ['dead'], n: 3, gap: 230, wait: 3300 })
    await v.click('Book a bed', v.button('Book a bed'), { texts: ['Bed 9 is yours'], wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Book a bed', count: 3 }, { kind: 'saw_text', text: 'Bed 9 is yours' }, { kind: 'saw_text', text: 'All sunny beds are taken' }, { kind: 'rage', text: 'See the map' }, { kind: 'dead', text: 'Ring the bell' }, { kind: 'request_failed', text: '/api/give', status: 500 })
    v.claim('false', { kind: 'dead', text: 'Tools' }, { kind: 'rage', text: 'Book a bed' }, { kind: 'request_failed', text: '/api/soil' })
    v.claim('unknown', { kind: 'clicked', text: 'Report a failure' }, { kind: 'saw_text', text: 'given up' })
    v.ends(['success', 'not shown'], 'a bed was booked at the second try; another could not be given up')
  },
}
