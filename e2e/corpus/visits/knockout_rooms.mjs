export default {
  title: 'Meeting rooms', page: 'booking.js', held: false,
  routes: () => ({
    'POST /api/book': ({ n }) => (n === 1 ? { status: 409, json: { message: 'Fir is taken all day. Pick another room.' } } : { json: {} }),
    'POST /api/people': { wait: 3200, json: { text: 'Elm is empty, Oak has 6 people' } },
    'POST /api/cancel': { json: {} },
  }),
  async play(v) {
    await v.click('Show floor plan', v.button('Show floor plan'), { flags: ['dead'], wait: 3300 })
    await v.click('Book room', v.button('Book room'), { flags: ['error_shown'], texts: ['Choose a room first.', 'Which day?'] })
    await v.did('change', 'Room', () => v.page.locator('#room').selectOption('Fir'), { wait: 700 })
    await v.click('Day', v.page.locator('#day'), {})
    await v.click(null, v.page.locator('.flatpickr-next-month'), { n: 2, gap: 300, why: 'next month' })
    await v.click('15', v.page.locator('.flatpickr-day:not(.prevMonthDay)').getByText('15', { exact: true }), {})
    await v.click('More seats', v.page.getByLabel('More seats'), { n: 6, gap: 150, why: 'stepper' })
    await v.click('Book room', v.button('Book room'), { flags: ['error_after', 'error_shown'], texts: ['Fir is taken all day.'], wait: 2600 })
    await v.click('Dismiss', v.page.getByLabel('Dismiss'), {})
    await v.click('Who is there?', v.button('Who is there?'), { flags: ['slow', 'wait'], texts: ['Oak has 6 people'], wait: 4700 })
    await v.did('change', 'Room', () => v.page.locator('#room').selectOption('Elm'), { wait: 700 })
    await v.click('Book all rooms', v.page.getByText('Book all rooms'), { may: ['dead'], optional: true, why: 'disabled' })
    await v.screen()
    await v.click('Book room', v.button('Book room'), { texts: ['Elm is booked for you'], wait: 2600 })
    await v.click('Show floor plan', v.button('Show floor plan'), { flags: ['rage'], may: ['dead'], n: 5, gap: 140, wait: 3300 })
    await v.click('My rooms', v.page.getByText('My rooms'), { soft: ['Cancelled rooms are not refunded.'] })
    await v.click('Cancel room', v.button('Cancel room'), { wait: 3400, why: 'confirm(), then the row goes' })
    v.claim('true', { kind: 'clicked', text: 'Book room', count: 3 }, { kind: 'saw_text', text: 'Elm is booked for you' }, { kind: 'saw_text', text: 'Choose a room first' }, { kind: 'rage', text: 'Show floor plan' }, { kind: 'request_failed', text: '/api/book', status: 409 }, { kind: 'clicked', text: 'More seats', count: 6 })
    v.claim('false', { kind: 'dead', text: 'Cancel room' }, { kind: 'rage', text: 'More seats' }, { kind: 'request_failed', text: '/api/cancel' }, { kind: 'dead', text: 'Who is there?' })
    v.claim('unknown', { kind: 'clicked', text: 'Extend' }, { kind: 'saw_text', text: 'You have no rooms' })
    v.ends('success', 'a room was booked and the page said so; another was cancelled')
  },
}
