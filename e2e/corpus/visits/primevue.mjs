export default {
  title: 'Parcels', page: 'primevue.js', css: false,
  routes: () => ({
    'POST /api/parcels': ({ n }) => (n === 1 ? { status: 400, json: { message: 'Nobody delivers to that destination' } } : { json: { id: 'P-4', to: 'Malmo', state: 'New' } }),
    'DELETE /api/parcels/P-2': { status: 423, json: { message: 'The parcel is locked by customs' } },
    'DELETE /api/parcels/P-1': { json: {} },
    'POST /api/track': ({ n }) => ({ wait: 3300, json: { text: n === 1 ? 'One parcel moves' : 'Nothing new since' } }),
  }),
  async play(v) {
    const to = v.page.getByLabel('Destination').first()
    await v.click('Create parcel', v.button('Create parcel'), { flags: ['error_shown'], texts: ['A parcel needs a destination'] })
    await v.type('Destination', to, 'Atlantis')
    await v.click('Create parcel', v.button('Create parcel'), { flags: ['error_after', 'error_shown'], texts: ['Nobody delivers to that destination'], wait: 4200 })
    await v.click('Print labels', v.button('Print labels'), { flags: ['dead'], wait: 3300, why: 'only the ripple moves' })
    await v.click('Track all', v.button('Track all'), { flags: ['slow', 'wait'], wait: 4700, texts: ['One parcel moves'] })
    await v.click('Parcel', v.page.getByText('Parcel', { exact: true }), { why: 'sorts; a row says that a delivery failed' })
    await v.click('Remove P-2', v.page.getByLabel('Remove P-2'), { alt: ['Remove'], soft: ['Remove P-2 from the list?'] })
    await v.click('Remove', v.page.locator('.p-confirmdialog').getByText('Remove', { exact: true }), { flags: ['error_after', 'error_shown'], texts: ['The parcel is locked by customs'], wait: 4300 })
    await v.click('Express', v.page.locator('.p-toggleswitch'), { as: 'change' })
    await v.click('Call a courier', v.button('Call a courier'), { flags: ['rage'], may: ['dead'], n: 4, gap: 160, wait: 3300 })
    await v.click('Size', v.page.locator('.p-select'), {})
    await v.click('Large', v.role('option', 'Large'))
    await v.screen()
    await v.type('Destination', to, '', { wait: 0, optional: true, click: { double: true, n: 2, gap: 60 } })
    await v.type('Destination', null, 'Malmo', { flags: ['retyped'], public: true, why: 'the page repeats it' })
    await v.click('Create parcel', v.button('Create parcel'), { texts: ['P-4 goes to Malmo'], wait: 2600 })
    await v.click('Remove P-1', v.page.getByLabel('Remove P-1'), { alt: ['Remove'] })
    await v.click('Remove', v.page.locator('.p-confirmdialog').getByText('Remove', { exact: true }), { texts: ['P-1 is gone'], wait: 2600 })
    await v.click('Track all', v.button('Track all'), { flags: ['slow', 'wait'], wait: 4700, texts: ['Nothing new since'] })
    v.claim('true', { kind: 'clicked', text: 'Create parcel', count: 3 }, { kind: 'saw_text', text: 'P-4 goes to' }, { kind: 'saw_text', text: 'locked by customs' }, { kind: 'rage', text: 'Call a courier' }, { kind: 'dead', text: 'Print labels' }, { kind: 'request_failed', text: '/api/parcels/P-2', status: 423 })
    v.claim('false', { kind: 'dead', text: 'Track all' }, { kind: 'rage', text: 'Create parcel' }, { kind: 'request_failed', text: '/api/track' })
    v.claim('unknown', { kind: 'clicked', text: 'Refund' }, { kind: 'saw_text', text: 'Refunded' })
    v.ends('success', 'a parcel was created and one removed, both said by toasts')
  },
}
