export default {
  title: 'Meeting rooms', page: 'mantine.jsx',
  routes: () => ({
    'POST /api/bookings': ({ n }) => (n === 1 ? { status: 409, json: { message: 'Aurora is already taken at that hour' } } : { status: 201, json: { code: 'MR-2041' } }),
    'POST /api/rooms/free': { wait: 3400, json: { rooms: ['Borealis from 10:00', 'Zenith all day'] } },
    'DELETE /api/bookings': { status: 403, json: { message: 'Only facility managers may cancel all bookings' } },
  }),
  async play(v) {
    const seats = v.page.getByLabel('Seats')
    await v.click('Book room', v.button('Book room'), { flags: ['error_shown'], texts: ['Give the meeting a title of three letters or more'] })
    await v.type('Meeting title', v.page.getByLabel('Meeting title'), 'Quarterly planning')
    await v.click('Room', v.page.getByRole('textbox', { name: 'Room' }), { why: 'opens a list with an option named after errors' })
    await v.click('Borealis', v.role('option', 'Borealis'))
    await v.click(null, v.page.locator('.mantine-NumberInput-control').first(), { n: 4, gap: 260, why: 'the stepper counts up each time' })
    await v.click('Floor plan', v.button('Floor plan'), { flags: ['dead'], wait: 3200 })
    await v.click('Check availability', v.button('Check availability'), { flags: ['slow', 'wait'], wait: 4600, texts: ['Borealis from 10:00'], why: 'a loader at once, the rooms after 3.4 s' })
    await v.click('Book room', v.button('Book room'), { flags: ['error_after', 'error_shown'], texts: ['Aurora is already taken at that hour'], wait: 2600 })
    await v.click('Order catering', v.page.getByText('Order catering'), { as: 'change' })
    await v.screen()
    await v.click('Book room', v.button('Book room'), { texts: ['Your booking MR-2041 is confirmed'], wait: 2200 })
    await v.click('Invite guests', v.button('Invite guests'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3400 })
    await v.click('Calendar', v.role('tab', 'Calendar'), { soft: ['Mon 4: Design review'] })
    await v.click('next week', v.page.getByLabel('next week'), { n: 3, gap: 300, why: 'paging answers each click', soft: ['Mon 25: Retro'] })
    await v.click('Book', v.role('tab', 'Book', { exact: true }))
    await v.click('Cancel all bookings', v.button('Cancel all bookings'), { soft: ['Cancel every booking?'] })
    await v.click('Cancel them', v.button('Cancel them'), { flags: ['error_after', 'error_shown'], texts: ['Only facility managers may cancel all bookings'], wait: 2800 })
    await seats.hover()
    v.claim('true', { kind: 'clicked', text: 'Book room', count: 3 }, { kind: 'saw_text', text: 'Aurora is already taken' }, { kind: 'saw_text', text: 'MR-2041' }, { kind: 'request_failed', text: '/api/bookings', status: 409 }, { kind: 'rage', text: 'Invite guests' }, { kind: 'dead', text: 'Floor plan' }, { kind: 'visited', text: '/', count: 1 })
    v.claim('false', { kind: 'dead', text: 'Check availability' }, { kind: 'rage', text: 'Book room' }, { kind: 'request_failed', text: '/api/rooms/free' }, { kind: 'clicked', text: 'Book room', count: 5 }, { kind: 'rage', text: 'next week' })
    v.claim('unknown', { kind: 'clicked', text: 'Sign in' }, { kind: 'saw_text', text: 'Payment declined' }, { kind: 'error_logged', text: 'mantine' })
    v.ends(['success', 'not shown'], 'a room was booked (MR-2041); cancelling all was refused')
  },
}
