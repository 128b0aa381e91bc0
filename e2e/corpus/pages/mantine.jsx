import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Button.css'
import '@mantine/core/styles/Input.css'
import '@mantine/core/styles/Combobox.css'
import '@mantine/core/styles/NumberInput.css'
import '@mantine/core/styles/Switch.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/Loader.css'
import '@mantine/core/styles/Notification.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Group.css'
import '@mantine/core/styles/Stack.css'
import '@mantine/core/styles/Container.css'
import '@mantine/core/styles/Text.css'
import '@mantine/core/styles/Title.css'
import '@mantine/core/styles/Tabs.css'
import '@mantine/core/styles/List.css'
import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/Pagination.css'
import '@mantine/notifications/styles.css'
import { Button, Container, Group, List, MantineProvider, Modal, NumberInput, Pagination, Select, Stack, Switch, Tabs, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Notifications, notifications } from '@mantine/notifications'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const WEEKS = ['Mon 4: Design review', 'Mon 11: Hiring panel', 'Mon 18: All hands', 'Mon 25: Retro']

function Booking() {
  const [busy, setBusy] = useState('')
  const [free, setFree] = useState(null)
  const [week, setWeek] = useState(1)
  const [asking, setAsking] = useState(false)
  const form = useForm({
    initialValues: { title: '', room: 'Aurora', seats: 4, email: 'rooms@office.test', catering: false },
    validate: { title: (value) => (value.trim().length < 3 ? 'Give the meeting a title of three letters or more' : null), seats: (value) => (value > 12 ? 'Aurora seats twelve at most' : null) },
  })
  const book = form.onSubmit(async (values) => {
    setBusy('book')
    try {
      const { code } = await post('/api/bookings', values)
      notifications.show({ title: 'Room booked', message: `Your booking ${code} is confirmed`, color: 'teal', autoClose: 8000 })
      form.setValues({ title: '' })
    } catch (error) {
      notifications.show({ title: 'Not booked', message: error.message, color: 'red', autoClose: 4000 })
    }
    setBusy('')
  })
  const check = async () => {
    setBusy('check'); setFree(null)
    setFree((await post('/api/rooms/free')).rooms)
    setBusy('')
  }
  const cancelAll = async () => {
    setAsking(false)
    await post('/api/bookings', {}, 'DELETE').catch((error) => notifications.show({ title: 'Bookings kept', message: error.message, color: 'red', autoClose: 6000 }))
  }
  return (
    <Container size="sm" py="md">
      <Title order={1}>Meeting rooms</Title>
      <Tabs defaultValue="book" mb="md">
        <Tabs.List><Tabs.Tab value="book">Book</Tabs.Tab><Tabs.Tab value="calendar">Calendar</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="book" pt="md">
          <form onSubmit={book} noValidate>
            <Stack>
              <TextInput label="Meeting title" withAsterisk {...form.getInputProps('title')} />
              <Select label="Room" data={['Aurora', 'Borealis', 'Error budget', 'Zenith']} {...form.getInputProps('room')} />
              <NumberInput label="Seats" min={1} {...form.getInputProps('seats')} />
              <TextInput label="Confirmation to" {...form.getInputProps('email')} />
              <Switch label="Order catering" {...form.getInputProps('catering', { type: 'checkbox' })} />
              <Group>
                <Button type="submit" loading={busy === 'book'}>Book room</Button>
                <Button variant="default" loading={busy === 'check'} onClick={check}>Check availability</Button>
                <Button variant="light">Floor plan</Button>
                <Button variant="light">Invite guests</Button>
                <Button color="red" variant="outline" onClick={() => setAsking(true)}>Cancel all bookings</Button>
              </Group>
              {free && <List>{free.map((room) => <List.Item key={room}>{room}</List.Item>)}</List>}
            </Stack>
          </form>
        </Tabs.Panel>
        <Tabs.Panel value="calendar" pt="md"><Text mb="sm">{WEEKS[week - 1]}</Text><Pagination total={4} value={week} onChange={setWeek} getControlProps={(control) => ({ 'aria-label': `${control} week` })} /></Tabs.Panel>
      </Tabs>
      <Modal opened={asking} onClose={() => setAsking(false)} title="Cancel every booking?"><Text mb="md">Nobody will be told. This cannot be undone.</Text><Group><Button color="red" onClick={cancelAll}>Cancel them</Button><Button variant="default" onClick={() => setAsking(false)}>Keep them</Button></Group></Modal>
    </Container>
  )
}

createRoot(document.getElementById('root')).render(<MantineProvider><Notifications position="top-right" /><Booking /></MantineProvider>)
