import { createSignal, For, onCleanup, Show } from 'solid-js'
import { Portal, render } from 'solid-js/web'
import { AlertDialog } from '@kobalte/core/alert-dialog'
import { Collapsible } from '@kobalte/core/collapsible'
import { DropdownMenu } from '@kobalte/core/dropdown-menu'
import { NumberField } from '@kobalte/core/number-field'
import { Select } from '@kobalte/core/select'
import { Switch } from '@kobalte/core/switch'
import { Tabs } from '@kobalte/core/tabs'
import { TextField } from '@kobalte/core/text-field'
import { Toast, toaster } from '@kobalte/core/toast'
import { post } from './post.js'

const say = (kind, text) => toaster.show((props) => <Toast toastId={props.toastId} class={`toast ${kind}`} duration={3400}><Toast.Title>{text}</Toast.Title><Toast.CloseButton>x</Toast.CloseButton></Toast>)

function Garden() {
  const [name, setName] = createSignal(''), [wrong, setWrong] = createSignal(false), [plots, setPlots] = createSignal(['Bed 3', 'Bed 4'])
  const [soil, setSoil] = createSignal(), [clock, setClock] = createSignal(0)
  const timer = setInterval(() => setClock((n) => n + 1), 1000)
  onCleanup(() => clearInterval(timer))
  const book = async () => { setWrong(name().length < 3); if (wrong()) return; try { await post('/api/plots', { name: name() }); setPlots([...plots(), 'Bed 9']); say('good', 'Bed 9 is yours') } catch (error) { say('bad', error.message) } }
  const give = async (plot) => { try { await post('/api/give', { plot }); setPlots(plots().filter((each) => each !== plot)) } catch (error) { say('bad', error.message) } }
  const test = async () => { setSoil(null); setSoil((await post('/api/soil')).text) }
  return (
    <main style={{ 'max-width': '640px', margin: '16px auto', 'font-family': 'system-ui' }}>
      <style>{'.toast{background:#222;color:#fff;padding:10px;margin:6px}.bad{background:#8b1a1a}[role=option],[role=menuitem]{padding:4px 10px;cursor:pointer;background:#fff}.hint{color:#a00;font-size:13px}ol{position:fixed;bottom:8px;right:8px;list-style:none}[data-kb-collapsible-content]{overflow:hidden}'}</style>
      <h1>Allotments</h1><p>Gate closes in {900 - clock()} s</p>
      <Tabs><Tabs.List><Tabs.Trigger value="mine">My beds</Tabs.Trigger><Tabs.Trigger value="new">Book</Tabs.Trigger></Tabs.List>
        <Tabs.Content value="mine"><ul><For each={plots()}>{(plot) => <li>{plot} <AlertDialog><AlertDialog.Trigger>Give up {plot}</AlertDialog.Trigger><AlertDialog.Portal><AlertDialog.Overlay /><AlertDialog.Content style={{ position: 'fixed', top: '100px', left: '200px', background: '#fff', padding: '20px', border: '1px solid' }}><AlertDialog.Title>Give up {plot}?</AlertDialog.Title><AlertDialog.Description>What grows there is lost.</AlertDialog.Description><AlertDialog.CloseButton onClick={() => give(plot)}>Give it up</AlertDialog.CloseButton><AlertDialog.CloseButton>Keep it</AlertDialog.CloseButton></AlertDialog.Content></AlertDialog.Portal></AlertDialog></li>}</For></ul></Tabs.Content>
        <Tabs.Content value="new"><TextField value={name()} onChange={setName} validationState={wrong() ? 'invalid' : 'valid'}><TextField.Label>Name on the gate</TextField.Label><br /><TextField.Input /><TextField.ErrorMessage class="hint">Three letters at least</TextField.ErrorMessage></TextField>
          <NumberField defaultValue={10} minValue={5}><NumberField.Label>Square metres</NumberField.Label><br /><NumberField.DecrementTrigger>-</NumberField.DecrementTrigger><NumberField.Input /><NumberField.IncrementTrigger>+</NumberField.IncrementTrigger></NumberField>
          <Select options={['Sun', 'Shade']} placeholder="Light" itemComponent={(props) => <Select.Item item={props.item}><Select.ItemLabel>{props.item.rawValue}</Select.ItemLabel></Select.Item>}><Select.Trigger aria-label="Light"><Select.Value>{(state) => state.selectedOption()}</Select.Value></Select.Trigger><Select.Portal><Select.Content><Select.Listbox /></Select.Content></Select.Portal></Select>
          <Switch><Switch.Label>With a shed</Switch.Label><Switch.Input /><Switch.Control style={{ display: 'inline-block', width: '40px', height: '20px', background: '#ccc' }}><Switch.Thumb /></Switch.Control></Switch>
          <p><button onClick={book}>Book a bed</button> <button>See the map</button></p></Tabs.Content></Tabs>
      <p><button onClick={test}>Test the soil</button> <button class="nudge">Ring the bell</button> <DropdownMenu><DropdownMenu.Trigger>Tools</DropdownMenu.Trigger><DropdownMenu.Portal><DropdownMenu.Content><DropdownMenu.Item onSelect={() => say('good', 'A spade is reserved')}>Borrow a spade</DropdownMenu.Item><DropdownMenu.Item>Report a failure</DropdownMenu.Item></DropdownMenu.Content></DropdownMenu.Portal></DropdownMenu></p>
      <Show when={soil() === null}><p class="skeleton">…</p></Show><Show when={soil()}><p>{soil()}</p></Show>
      <Collapsible><Collapsible.Trigger>House rules</Collapsible.Trigger><Collapsible.Content><p>Invalid bookings are deleted without notice.</p></Collapsible.Content></Collapsible>
      <Portal><Toast.Region><Toast.List /></Toast.Region></Portal>
    </main>
  )
}
render(() => <Garden />, document.getElementById('root'))
