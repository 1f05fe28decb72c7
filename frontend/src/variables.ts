import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { of, type Observable } from 'rxjs';
import { VariableEditor } from './components/VariableEditor';
import type { DataSource } from './datasource';
import { isComplete, variableQuery, type Query } from './query/model';

/** Template variables: the query type `values`, on the same way as any other query. */
export class Variables extends CustomVariableSupport<DataSource, Query> {
  editor = VariableEditor;

  constructor(private readonly datasource: DataSource) {
    super();
  }

  override query(request: DataQueryRequest<Query>): Observable<DataQueryResponse> {
    const targets = request.targets.map(variableQuery).filter((query) => isComplete(query));
    return targets.length > 0 ? this.datasource.query({ ...request, targets }) : of({ data: [] });
  }
}
