import 'zone.js'
import '@angular/compiler'
import { Component, inject } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms'
import { MatButtonModule } from '@angular/material/button'
import { MatFormFieldModule } from '@angular/material/form-field'
import { MatInputModule } from '@angular/material/input'
import { MatSelectModule } from '@angular/material/select'
import { MatCheckboxModule } from '@angular/material/checkbox'
import { MatSnackBar } from '@angular/material/snack-bar'
import { MatDialog, MatDialogModule } from '@angular/material/dialog'
import { MatTabsModule } from '@angular/material/tabs'
import { MatPaginatorModule, PageEvent } from '@angular/material/paginator'
import { MatProgressBarModule } from '@angular/material/progress-bar'
import { NgIf } from '@angular/common'
import { post } from './post.js'
import './angular.css'

@Component({ selector: 'sure-dialog', imports: [MatDialogModule, MatButtonModule], template: `<h2 mat-dialog-title>Delete this list?</h2><mat-dialog-content>Subscribers stay, the list goes.</mat-dialog-content><mat-dialog-actions><button mat-button mat-dialog-close>Cancel</button><button mat-button [mat-dialog-close]="true">Delete list</button></mat-dialog-actions>` })
class Sure {}

@Component({
  selector: 'app-root',
  imports: [ReactiveFormsModule, MatButtonModule, MatFormFieldModule, MatInputModule, MatSelectModule, MatCheckboxModule, MatDialogModule, MatTabsModule, MatPaginatorModule, MatProgressBarModule, NgIf],
  template: `<h1>Subscribers</h1><mat-tab-group><mat-tab label="Add"><form [formGroup]="form" (ngSubmit)="add()">
    <mat-form-field><mat-label>Email</mat-label><input matInput formControlName="email"><mat-error *ngIf="form.controls.email.hasError('required')">Email is required</mat-error><mat-error *ngIf="form.controls.email.hasError('email')">Please enter a valid email</mat-error></mat-form-field>
    <mat-form-field><mat-label>List</mat-label><mat-select formControlName="list"><mat-option value="news">News</mat-option><mat-option value="bad">Invalid addresses</mat-option></mat-select></mat-form-field>
    <mat-checkbox formControlName="agreed">They agreed</mat-checkbox>
    <p><button mat-flat-button type="submit">Add subscriber</button> <button mat-button type="button">Import file</button> <button mat-button type="button">Copy form code</button> <button mat-stroked-button type="button" (click)="check()">Check addresses</button> <button mat-button type="button" (click)="drop()">Delete list…</button></p></form>
    <mat-progress-bar *ngIf="busy" mode="indeterminate"></mat-progress-bar><p *ngIf="result">{{result}}</p></mat-tab>
    <mat-tab label="All"><ul><li>{{names[page]}}</li></ul><mat-paginator [length]="5" [pageSize]="1" [hidePageSize]="true" (page)="turn($event)"></mat-paginator></mat-tab></mat-tab-group>`,
})
class App {
  form = new FormGroup({ email: new FormControl('', [Validators.required, Validators.email]), list: new FormControl('news'), agreed: new FormControl(false) })
  busy = false; result = ''; page = 0
  names = ['Ada', 'Bo (bounced: mailbox error)', 'Cleo', 'Dov', 'Eni']
  bar = inject(MatSnackBar)
  dialog = inject(MatDialog)
  turn(event: PageEvent) { this.page = event.pageIndex }
  tell(text: string) { this.bar.open(text, 'Dismiss', { duration: 3500 }) }
  async add() {
    this.form.markAllAsTouched()
    if (this.form.invalid) return
    try { await post('/api/subscribers'); this.tell('Subscriber added') } catch (error: any) { this.tell(error.message) }
  }
  async check() { this.busy = true; this.result = ''; this.result = (await post('/api/check')).text; this.busy = false }
  drop() { this.dialog.open(Sure).afterClosed().subscribe(async (yes) => { if (yes) await post('/api/list', {}, 'DELETE').catch((error) => this.tell(error.message)) }) }
}
bootstrapApplication(App).catch((error) => console.error(error))
