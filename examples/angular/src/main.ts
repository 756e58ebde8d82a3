import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser';
import { PrimesComponent } from './app/primes.component';

bootstrapApplication(PrimesComponent, { providers: [provideClientHydration()] });
