import './aria.css'
import { Button, Checkbox, ComboBox, Dialog, DialogTrigger, FieldError, Form, Group, Heading, Input, Label, ListBox, ListBoxItem, Menu, MenuItem, MenuTrigger, Modal, ModalOverlay, NumberField, Popover, Radio, RadioGroup, Select, SelectValue, Tab, TabList, TabPanel, Tabs, TextField } from 'react-aria-components'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

function Trip() {
  const [errors, setErrors] = useState({})
  const [banner, setBanner] = useState('')
  const [status, setStatus] = useState('')
  const [trip, setTrip] = useState(null)
  const [quote, setQuote] = useState('')
  const send = async (event) => {
    event.preventDefault(); setBanner(''); setErrors({})
    const data = Object.fromEntries(new FormData(event.currentTarget))
    try { setTrip(await post('/api/trips', data)) } catch (error) {
      if (error.answer.fields) setErrors(error.answer.fields)
      else setBanner(error.message)
    }
  }
  const archive = () => post('/api/archive').then(() => setStatus('Moved to the archive'), (error) => setStatus(`Archiving did not work: ${error.message}`))
  if (trip) return <main><h1>Trip {trip.code} is booked</h1><p>The tickets are in your mailbox.</p></main>
  return (
    <main>
      <h1>Business trip</h1>
      <Tabs><TabList aria-label="Trip"><Tab id="plan">Plan</Tab><Tab id="rules">Rules</Tab></TabList>
        <TabPanel id="plan">
          <Form onSubmit={send} validationErrors={errors} validationBehavior="aria">
            <TextField name="to"><Label>Destination</Label><Input /><FieldError /></TextField>
            <NumberField name="nights" defaultValue={1} minValue={1}><Label>Nights</Label><Group><Button slot="decrement">−</Button><Input /><Button slot="increment">+</Button></Group></NumberField>
            <Select name="class" defaultSelectedKey="second"><Label>Class</Label><Button><SelectValue /></Button><Popover><ListBox><ListBoxItem id="first">First</ListBoxItem><ListBoxItem id="second">Second</ListBoxItem></ListBox></Popover></Select>
            <ComboBox name="centre"><Label>Cost centre</Label><div><Input /><Button>▾</Button></div><FieldError /><Popover><ListBox><ListBoxItem>Sales north</ListBoxItem><ListBoxItem>Sales south</ListBoxItem><ListBoxItem>Support</ListBoxItem></ListBox></Popover></ComboBox>
            <RadioGroup name="pay" defaultValue="card"><Label>Paid by</Label><Radio value="card">Company card</Radio><Radio value="self">Myself</Radio></RadioGroup>
            <Checkbox name="flex">Flexible ticket</Checkbox>
            {banner && <div className="banner" role="alert">{banner}</div>}
            <div><Button type="submit">Book trip</Button><Button>Compare fares</Button><button type="button">Seat map</button><button type="button">Ask a colleague</button><button type="button" onClick={async () => { setQuote(''); setQuote((await post('/api/carbon')).text) }}>Carbon footprint</button><Button onPress={async () => { setQuote('Asking the railway…'); setQuote((await post('/api/quote')).text) }}>Get a quote</Button>
              <MenuTrigger><Button aria-label="More">⋯</Button><Popover><Menu><MenuItem onAction={archive}>Archive trip</MenuItem><MenuItem>Print</MenuItem></Menu></Popover></MenuTrigger>
              <DialogTrigger><Button>Change traveller</Button><ModalOverlay isDismissable><Modal><Dialog>{({ close }) => <><Heading slot="title">Traveller</Heading><p>Only you can travel on this account.</p><Button onPress={close}>Close</Button></>}</Dialog></Modal></ModalOverlay></DialogTrigger></div>
          </Form>
          <p aria-live="polite">{status}</p><p>{quote}</p>
        </TabPanel>
        <TabPanel id="rules"><p>Failed trips are paid back within ten days.</p></TabPanel>
      </Tabs>
    </main>
  )
}

createRoot(document.getElementById('root')).render(<Trip />)
